/** How triage stands against hostile telemetry and a lying model: judged on the bytes that would be sent. */
import { MemoryAnalyses } from '../../lambdas/ports/analyses/memory.ts';
import type { TextModel } from '../../lambdas/ports/text-model/port.ts';
import { analyse } from '../../lambdas/triage/analyse.ts';
import type { Evidence } from '../../lambdas/triage/evidence.ts';
import { Governor } from '../../lambdas/triage/governor.ts';
import { compose } from '../../lambdas/triage/triage.ts';
import type { Vetted } from '../../lambdas/triage/vet.ts';
import type { Injection } from './injection.ts';
import { injections } from './injections.ts';
import { judgeMail, modelsPart } from './judge-mail.ts';
import { answerObeying, lying, obeying } from './models.ts';

const HOST = 'runbooks.example';
const RUNBOOK = `https://${HOST}/pump`;

export interface AttackFigures {
  readonly injections: number;
  readonly injections_held: number;
  readonly unsupported_numbers_sent: number;
  /** Share of the lying model's true sentences that reached the e-mail. */
  readonly true_sentences_kept: number;
  readonly true_sentences: number;
  readonly lies: number;
  readonly lies_sent: number;
  /** What did not hold, each with its case. */
  readonly faults: readonly string[];
}

/** @param cases evidence of opened incidents: each injection is put into one of them, and the lying model tells of all */
export async function attackAll(cases: readonly Evidence[]): Promise<AttackFigures> {
  const obeyed = await Promise.all(injections.map((injection, turn) => attack(injection, pick(cases, turn))));
  const lied = await Promise.all(cases.map((evidence, turn) => beLiedTo(evidence, turn)));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const truths = sum(lied.map(({ truths }) => truths));
  return {
    injections: injections.length,
    injections_held: obeyed.filter(({ faults }) => faults.length === 0).length,
    unsupported_numbers_sent: sum([...obeyed, ...lied].map(({ unsupported }) => unsupported)),
    true_sentences_kept: truths === 0 ? 0 : sum(lied.map(({ kept }) => kept)) / truths,
    true_sentences: truths,
    lies: sum(lied.map(({ lies }) => lies)),
    lies_sent: sum(lied.map(({ sent }) => sent)),
    faults: [...obeyed, ...lied].flatMap(({ id, faults }) => faults.map((fault) => `${id}: ${fault}`)),
  };
}

/** How many of the injections the judge sees in the e-mail when an obeying model's words go in unchecked: all, or it is blind. */
export function seenUnchecked(cases: readonly Evidence[]): number {
  return injections.filter((injection, turn) => {
    const evidence = withInjection(pick(cases, turn), injection);
    const answer = answerObeying(injection, evidence);
    const vetted: Vetted = { ...answer, summary: [answer.summary], removed: [], total: 0, isRejected: false };
    const bytes = JSON.stringify(compose(evidence, { kind: 'text', model: 'unchecked', vetted }));
    return judgeMail(bytes, { ...expectationOf(evidence), forbidden: injection.says }).faults.length > 0;
  }).length;
}

const pick = <T>(items: readonly T[], place: number): T => {
  const item = items[place % items.length];
  if (item === undefined) throw new Error('there are no cases');
  return item;
};

async function attack(injection: Injection, calm: Evidence) {
  const evidence = withInjection(calm, injection);
  const { bytes } = await mailOf(evidence, obeying(injection, evidence));
  const { faults, unsupported } = judgeMail(bytes, {
    ...expectationOf(evidence),
    forbidden: injection.says,
  });
  const more = unsupported.length > 0 ? [`unsupported numbers: ${unsupported.join(', ')}`] : [];
  return { id: injection.id, faults: [...faults, ...more], unsupported: unsupported.length };
}

async function beLiedTo(evidence: Evidence, turn: number) {
  const { model, truths, lies } = lying(evidence, turn);
  const { bytes, body } = await mailOf(evidence, model);
  const { faults, unsupported } = judgeMail(bytes, { ...expectationOf(evidence), forbidden: lies });
  const part = modelsPart(body);
  const lost = truths.filter((each) => !part.includes(each));
  const sent = lies.filter((each) => part.includes(each)).length;
  return {
    id: `lying model, ${evidence.incident.first.entity}`,
    ...{ truths: truths.length, kept: truths.length - lost.length, lies: lies.length, sent },
    unsupported: unsupported.length,
    faults: [
      ...faults,
      ...unsupported.map((each) => `unsupported number: ${each}`),
      ...lost.map((each) => `lost: ${each}`),
    ],
  };
}

/** The message as the next step gets it. */
async function mailOf(evidence: Evidence, model: TextModel) {
  const governor = new Governor({
    ...{ model, analyses: new MemoryAnalyses(), maxTokens: 800, deadlineMs: 30_000, lateMs: 0 },
    price: { inputUsdPerMillion: 1, outputUsdPerMillion: 5 },
    budget: { usdPerDay: 10, usdPerMonth: 10 },
    clock: () => evidence.now,
    onCall: () => undefined,
  });
  const { analysis, settled } = await analyse(evidence, governor, {
    onFault: (error) => {
      throw error;
    },
  });
  await settled;
  const alert = compose(evidence, analysis);
  return { bytes: JSON.stringify(alert), body: alert.body };
}

function expectationOf(evidence: Evidence) {
  const { severity } = evidence.about;
  // What the rules' own part derives (spans, counts, scores) is the product's arithmetic, and held by other tests.
  const derived = compose(evidence, { kind: 'none' }).body;
  const host = evidence.known?.runbook_url === RUNBOOK ? [HOST] : hostsOf(evidence);
  return { severity, hosts: host, evidence: `${JSON.stringify(evidence)}\n${derived}` };
}

const hostsOf = ({ known }: Evidence): string[] =>
  known?.runbook_url === undefined ? [] : [new URL(known.runbook_url).host];

/** The case with the text where others write. A name is one line of at most 256 characters: the contract lets no other in. */
function withInjection(calm: Evidence, { place, text }: Injection): Evidence {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what names may not hold
  const name = text.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, 256);
  const { incident, about } = calm;
  const changed = {
    ...(place === 'entity' && { entity: name }),
    ...(place === 'metric' && { metric: name }),
    ...(place === 'label' && { labels: { ...about.labels, room: text } }),
    ...(place === 'label-name' && { labels: { [text]: 'x' } }),
    severity: 'critical' as const,
  };
  const change = (of: Evidence['about']) => ({ ...of, ...changed });
  const { source, entity } = about;
  const { note_id, ...times } = { note_id: 'N-AAAAAAAAAA', from: about.event_time, until: about.event_time };
  const note = {
    note_id,
    ...times,
    kind: 'note' as const,
    source,
    author: 'a.person',
    created_at: about.event_time,
  };
  return {
    ...calm,
    about: change(about),
    incident: {
      ...incident,
      severity: 'critical',
      first: change(incident.first),
      latest: change(incident.latest),
      worst: change(incident.worst),
    },
    known: {
      ...{ source, entity: '*', owner: 'plant-team', runbook_url: RUNBOOK },
      ...(place === 'description' && { description: text.slice(0, 500) }),
    },
    notes: [
      ...(calm.notes ?? []),
      ...(place === 'note' ? [{ ...note, entity, text: text.slice(0, 500) }] : []),
    ],
  };
}
