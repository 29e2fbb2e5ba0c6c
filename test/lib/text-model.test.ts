/** What a text model's settings make of the template: what it may do, and nothing where there is none. */
import { buildStacks } from '../../lib/build-stacks.ts';
import { addChecks } from '../../lib/checks.ts';
import { dev } from '../../lib/config/dev.ts';
import { checkConfig } from '../../lib/config/load.ts';
import type { StageConfig } from '../../lib/config/schema.ts';
import { triage } from '../../lib/config/triage.ts';
import { acknowledge } from '../../lib/constructs/acknowledge.ts';
import {
  ENVIRONMENT,
  fixtureJar,
  newApp,
  ofType,
  type Synthesized,
  synthesize,
  withBedrock,
} from './stages.ts';

type TextModel = StageConfig['triage']['textModel'];
const settings = (textModel: TextModel): StageConfig['triage'] => ({ ...triage, textModel, concurrency: 3 });
const made = new Map<TextModel, Synthesized>();
/** Each is synthesized once: it takes seconds. */
function withModel(textModel: TextModel): Synthesized {
  const known = made.get(textModel) ?? synthesize('dev', undefined, { triage: settings(textModel) });
  made.set(textModel, known);
  return known;
}
const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:model-key-AbCdEf';
const hosted: TextModel = {
  kind: 'openai-compatible',
  baseUrl: 'https://api.example.com/v1',
  model: 'a-model',
  maxTokens: 800,
  maxTokensField: 'max_tokens',
  apiKeySecretArn: secret,
  price: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 },
};

interface Statement {
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const statementsOf = (synthesized: Synthesized, action: RegExp): Statement[] =>
  ofType(synthesized, 'AWS::IAM::Policy')
    .flatMap(([, { Properties }]): Statement[] => Properties.PolicyDocument.Statement)
    .filter((statement) => action.test(JSON.stringify(statement.Action)));
const alarmsOf = (synthesized: Synthesized) =>
  ofType(synthesized, 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) => Properties.AlarmDescription as string,
  );

describe('a model on Bedrock', () => {
  it('by its own id: this model may be invoked, in this region', () => {
    const modelId = 'amazon.nova-lite-v1:0';
    const [only, ...others] = statementsOf(
      withModel({ kind: 'bedrock', modelId, maxTokens: 800 }),
      /bedrock/,
    );
    expect(others).toEqual([]);
    expect(only?.Action).toBe('bedrock:InvokeModel');
    expect(JSON.stringify(only?.Resource)).toContain(`:bedrock:eu-central-1::foundation-model/${modelId}`);
  });

  it('by a profile: the profile, the model through it only, and the guardrail', () => {
    const statements = statementsOf(synthesize('dev', undefined, { triage: withBedrock }), /bedrock/);
    const [profile, model, guardrail] = statements.map((statement) => JSON.stringify(statement));
    expect(statements).toHaveLength(3);
    expect(profile).toMatch(
      /bedrock:eu-central-1:123456789012:inference-profile\/eu\.anthropic\.claude-haiku-4-5/,
    );
    expect(model).toMatch(/bedrock:\*::foundation-model\/anthropic\.claude-haiku-4-5/);
    expect(model).toMatch(/"Condition":.*bedrock:InferenceProfileArn.*inference-profile\/eu\.anthropic/);
    expect(guardrail).toMatch(/bedrock:ApplyGuardrail.*guardrail\/gr1/);
  });

  it('by a profile of your own: named by its ARN, with the model behind it', () => {
    const modelId = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc';
    const profileOf = 'amazon.nova-lite-v1:0';
    const text = JSON.stringify(
      statementsOf(withModel({ kind: 'bedrock', modelId, profileOf, maxTokens: 800 }), /bedrock/),
    );
    expect(text).toContain(`"${modelId}"`);
    expect(text).toContain(`foundation-model/${profileOf}`);
  });

  it('passes all checks of the template', () => {
    const app = newApp();
    addChecks(app);
    buildStacks(app, checkConfig({ ...dev, triage: withBedrock }), {
      jar: fixtureJar('bundled'),
      env: ENVIRONMENT,
    });
    acknowledge(app, { 'Annotation::Tocsin:bundledConnector': 'a test' });
    const said = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const code = process.exitCode;
    app.synth();
    process.exitCode = code;
    expect(said.mock.calls.flat().join('\n').trim()).toBe('');
    said.mockRestore();
  }, 60_000);
});

describe('a model behind chat completions', () => {
  it('may read its one key, by the extension', () => {
    const synthesized = withModel(hosted);
    expect(statementsOf(synthesized, /secretsmanager/)).toEqual([
      { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: secret },
    ]);
    expect(statementsOf(synthesized, /bedrock/)).toEqual([]);
    const layers = ofType(synthesized, 'AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties.Layers,
    );
    expect(layers.map(([id]) => id)).toEqual([expect.stringMatching(/^TriageFunction/)]);
  });

  it('without a key needs no secret and no layer', () => {
    const { apiKeySecretArn: _, ...open } = hosted;
    const synthesized = withModel({ ...open, baseUrl: 'http://127.0.0.1:11434/v1' });
    expect(statementsOf(synthesized, /secretsmanager|bedrock/)).toEqual([]);
    expect(JSON.stringify([...synthesized.resources.values()])).not.toContain('"Layers"');
  });
});

describe('triage', () => {
  it('without a model changes nothing in the table, asks nobody, and has no alarm for it', () => {
    const synthesized = withModel({ kind: 'none' });
    const policy = ofType(synthesized, 'AWS::IAM::Policy').find(([id]) => id.startsWith('TriageFunction'));
    expect(JSON.stringify(policy)).not.toMatch(/UpdateItem|bedrock|secretsmanager/);
    expect(alarmsOf(synthesized).filter((text) => /analys/i.test(text))).toEqual([]);
  });

  it('with a model alarms on its budget, its silence and its inventions', () => {
    const anchors = alarmsOf(withModel(hosted)).map((text) => text.split('#')[1]);
    expect(anchors).toEqual(
      expect.arrayContaining([
        'the-budget-for-analyses-is-used-up',
        'the-text-model-does-not-answer',
        'analyses-are-thrown-away',
      ]),
    );
  });

  it('words so many messages side by side as the stage says', () => {
    const synthesized = withModel(hosted);
    const mapping = ofType(synthesized, 'AWS::Lambda::EventSourceMapping').find(([id]) =>
      id.startsWith('TriageFunction'),
    );
    expect(mapping?.[1].Properties.ScalingConfig).toEqual({ MaximumConcurrency: 3 });
  });
});

describe('the settings of a model', () => {
  const faultsOf = (textModel: TextModel) => () => checkConfig({ ...dev, triage: settings(textModel) });

  it('need a price that somebody knows', () => {
    const unknown: TextModel = { kind: 'bedrock', modelId: 'vendor.model-v1', maxTokens: 800 };
    expect(faultsOf(unknown)).toThrow(
      'lib/config/dev.ts: triage.textModel: lambdas/triage/prices.ts does not know',
    );
    const free = { inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
    expect(faultsOf({ ...unknown, price: free })).not.toThrow();
    const { price: _, ...unpriced } = hosted;
    expect(faultsOf(unpriced)).toThrow('set price');
  });

  it('name the model behind a profile of your own', () => {
    const modelId = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc';
    const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
    expect(faultsOf({ kind: 'bedrock', modelId, maxTokens: 800, price })).toThrow('needs profileOf');
  });

  it('send a key over https only', () => {
    expect(faultsOf({ ...hosted, baseUrl: 'http://api.example.com/v1' })).toThrow('over https only');
  });
});
