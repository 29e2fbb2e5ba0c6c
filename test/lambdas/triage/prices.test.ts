import { microUsd, priceOf } from '../../../lambdas/triage/prices.ts';

const bedrock = (modelId: string, given = {}) =>
  priceOf({ kind: 'bedrock', modelId, maxTokens: 1, ...given });

describe('the price of a model', () => {
  it.each([
    ['amazon.nova-lite-v1:0', 0.06],
    ['eu.amazon.nova-pro-v1:0', 0.8],
    ['anthropic.claude-3-haiku-20240307-v1:0', 0.25],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 0.8],
    ['global.anthropic.claude-haiku-4-5-20251001-v1:0', 1],
    ['eu.anthropic.claude-haiku-4-5-20251001-v1:0', 1.1],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 3],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 15],
    ['global.anthropic.claude-opus-4-5-20251101-v1:0', 5],
  ])('of %s is known', (modelId, input) => {
    expect(bedrock(modelId)?.inputUsdPerMillion).toBeCloseTo(input, 10);
  });

  it('is that of the setting, where there is one', () => {
    const price = { inputUsdPerMillion: 9, outputUsdPerMillion: 9 };
    expect(bedrock('amazon.nova-lite-v1:0', { price })).toEqual(price);
  });

  it('is that of the model behind a profile of your own', () => {
    const arn = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc';
    expect(bedrock(arn)).toBeUndefined();
    expect(bedrock(arn, { profileOf: 'amazon.nova-micro-v1:0' })?.inputUsdPerMillion).toBe(0.035);
  });

  it('is not guessed', () => {
    expect(bedrock('vendor.model-v1')).toBeUndefined();
    const hosted = {
      kind: 'openai-compatible',
      baseUrl: 'https://a.example',
      model: 'gpt',
      maxTokens: 1,
    } as const;
    expect(priceOf({ ...hosted, maxTokensField: 'max_tokens' })).toBeUndefined();
  });

  it('is counted in whole millionths of a dollar, rounded up', () => {
    expect(microUsd({ inputUsdPerMillion: 0.035, outputUsdPerMillion: 0.14 }, 1, 0)).toBe(1);
    expect(microUsd({ inputUsdPerMillion: 1, outputUsdPerMillion: 5 }, 3_000, 200)).toBe(4_000);
  });
});
