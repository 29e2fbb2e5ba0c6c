/** What every text model promises, whatever the server does: a valid answer or a named error, in time, with usage where it was told. */
import {
  ModelAnswerUnusable,
  ModelError,
  ModelRefused,
  ModelUnavailable,
  type TextModel,
} from '../../lambdas/ports/text-model/port.ts';
import { answer, question } from './text-model-examples.ts';
import { type Behaviour, type ModelServer, startServer, type Wire } from './text-model-servers.ts';

const DEADLINE_MS = 700;
/** Beyond the deadline, for a busy machine. */
const MOMENT_MS = 4_000;
const usage = { input_tokens: 812, output_tokens: 95 };

interface Failing {
  readonly when: string;
  readonly behaviour: Behaviour;
  readonly error: abstract new (...of: never[]) => ModelError;
  /** Whether the server told what it took. */
  readonly counted?: true;
  readonly mayBeBilled?: boolean;
}

const failing: readonly Failing[] = [
  {
    when: 'answers in another shape',
    behaviour: { kind: 'answers', answer: { ...answer, verdict: 'FINE' }, usage },
    error: ModelAnswerUnusable,
    counted: true,
  },
  {
    when: 'leaves a field out',
    behaviour: { kind: 'answers', answer: { ...answer, summary: undefined }, usage },
    error: ModelAnswerUnusable,
    counted: true,
  },
  {
    when: 'adds a field that nobody asked for',
    behaviour: { kind: 'answers', answer: { ...answer, route: 'digest' }, usage },
    error: ModelAnswerUnusable,
    counted: true,
  },
  {
    when: 'answers in prose',
    behaviour: { kind: 'prose', text: 'I think that it is fine.', usage },
    error: ModelAnswerUnusable,
    counted: true,
  },
  { when: 'is cut off', behaviour: { kind: 'cut-off', usage }, error: ModelAnswerUnusable, counted: true },
  { when: 'refuses', behaviour: { kind: 'refuses', usage }, error: ModelRefused, counted: true },
  { when: 'answers nothing', behaviour: { kind: 'nothing' }, error: ModelAnswerUnusable, mayBeBilled: true },
  {
    when: 'is throttled',
    behaviour: { kind: 'status', status: 429, type: 'ThrottlingException' },
    error: ModelUnavailable,
    mayBeBilled: false,
  },
  {
    when: 'denies access',
    behaviour: { kind: 'status', status: 403, type: 'AccessDeniedException' },
    error: ModelUnavailable,
    mayBeBilled: false,
  },
  {
    when: 'is down',
    behaviour: { kind: 'status', status: 503, type: 'ServiceUnavailableException' },
    error: ModelUnavailable,
    mayBeBilled: false,
  },
  { when: 'answers no JSON', behaviour: { kind: 'not-json' }, error: ModelError, mayBeBilled: true },
  { when: 'hangs', behaviour: { kind: 'hangs' }, error: ModelUnavailable, mayBeBilled: true },
  { when: 'never ends its answer', behaviour: { kind: 'drips' }, error: ModelUnavailable, mayBeBilled: true },
  { when: 'hangs up', behaviour: { kind: 'hangs-up' }, error: ModelUnavailable, mayBeBilled: true },
];

export function textModelConformance(name: string, wire: Wire, adapter: (url: string) => TextModel): void {
  describe(`${name}, as every text model`, () => {
    let server: ModelServer;
    beforeAll(async () => {
      server = await startServer(wire);
    });
    afterAll(() => server.stop());
    const ask = (behaviour: Behaviour, deadlineMs = DEADLINE_MS) => {
      server.behaviour = behaviour;
      return adapter(server.url).analyse(question, AbortSignal.timeout(deadlineMs));
    };

    it('gives a valid answer with what it took', async () => {
      await expect(ask({ kind: 'answers', answer, usage }, 5_000)).resolves.toEqual({ answer, usage });
    });

    it('gives a valid answer where the server does not say what it took', async () => {
      await expect(ask({ kind: 'answers', answer }, 5_000)).resolves.toEqual({ answer });
    });

    it('forgives an answer in a fence of code', async () => {
      const text = `Here it is:\n\`\`\`json\n${JSON.stringify(answer)}\n\`\`\``;
      await expect(ask({ kind: 'prose', text, usage }, 5_000)).resolves.toEqual({ answer, usage });
    });

    it.each(failing)(
      'names its error when the server $when',
      async ({ behaviour, error, counted, mayBeBilled }) => {
        const isSlow = behaviour.kind === 'hangs' || behaviour.kind === 'drips';
        const began = Date.now();
        const thrown = await ask(behaviour, isSlow ? DEADLINE_MS : 5_000).then(
          () => undefined,
          (caught: unknown) => caught,
        );
        expect(Date.now() - began).toBeLessThan(DEADLINE_MS + MOMENT_MS);
        if (!(thrown instanceof ModelError)) throw new Error(`it threw ${String(thrown)}`);
        expect(thrown).toBeInstanceOf(error);
        expect(thrown.usage).toEqual(counted ? usage : undefined);
        if (mayBeBilled !== undefined) expect(thrown.mayBeBilled).toBe(mayBeBilled);
      },
    );

    it('says that it was too late, when it was', async () => {
      await expect(ask({ kind: 'hangs' })).rejects.toThrow('no answer before the deadline');
    });

    it('names its error where nobody listens', async () => {
      const nobody = adapter('http://127.0.0.1:1').analyse(question, AbortSignal.timeout(2_000));
      await expect(nobody).rejects.toThrow(ModelUnavailable);
    });

    it('sends the facts, the rules and nothing else of the incident', async () => {
      await ask({ kind: 'answers', answer }, 5_000);
      const sent = JSON.stringify(server.asked.at(-1));
      for (const { id } of question.facts) expect(sent).toContain(`\\"id\\":\\"${id}\\"`);
      expect(sent).toContain(question.judgement.reason);
    });
  });
}
