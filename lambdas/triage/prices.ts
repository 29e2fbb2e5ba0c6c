/**
 * What models on Bedrock cost, in USD for a million tokens: on demand, in the regions of the United States.
 * Source: https://aws.amazon.com/bedrock/pricing/ as quoted in public price lists; read on 2026-11-21.
 * Prices change, and differ by region: a setting (`triage.textModel.price`) goes before this table.
 */
import type { Price, TextModelSettings } from './settings.ts';

interface Row extends Price {
  readonly pattern: RegExp;
}

/** The first row that fits. */
const TABLE: readonly Row[] = [
  { pattern: /claude-opus-4-[5-7]/, inputUsdPerMillion: 5, outputUsdPerMillion: 25 },
  { pattern: /claude-opus-4/, inputUsdPerMillion: 15, outputUsdPerMillion: 75 },
  { pattern: /claude-(sonnet-4|3-7-sonnet)/, inputUsdPerMillion: 3, outputUsdPerMillion: 15 },
  { pattern: /claude-haiku-4/, inputUsdPerMillion: 1, outputUsdPerMillion: 5 },
  { pattern: /claude-3-5-haiku/, inputUsdPerMillion: 0.8, outputUsdPerMillion: 4 },
  { pattern: /claude-3-haiku/, inputUsdPerMillion: 0.25, outputUsdPerMillion: 1.25 },
  { pattern: /amazon\.nova-micro/, inputUsdPerMillion: 0.035, outputUsdPerMillion: 0.14 },
  { pattern: /amazon\.nova-lite/, inputUsdPerMillion: 0.06, outputUsdPerMillion: 0.24 },
  { pattern: /amazon\.nova-pro/, inputUsdPerMillion: 0.8, outputUsdPerMillion: 3.2 },
];

/** Models of Anthropic from 4.5 on cost a tenth more where the answer must come from a region or a geography. */
const REGIONAL = 1.1;
const HAS_REGIONAL_PRICE = /claude-(opus|sonnet|haiku)-4-[5-9]/;

/** What the model costs, or undefined where only a setting can say. */
export function priceOf(settings: TextModelSettings): Price | undefined {
  if (settings.kind === 'none') return { inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
  if (settings.price !== undefined) return settings.price;
  if (settings.kind !== 'bedrock') return undefined;
  const id = settings.profileOf ?? settings.modelId;
  const row = TABLE.find(({ pattern }) => pattern.test(id));
  if (row === undefined) return undefined;
  const factor = HAS_REGIONAL_PRICE.test(id) && !settings.modelId.startsWith('global.') ? REGIONAL : 1;
  return {
    inputUsdPerMillion: row.inputUsdPerMillion * factor,
    outputUsdPerMillion: row.outputUsdPerMillion * factor,
  };
}

/** Millionths of a dollar, rounded up: money is counted in whole numbers. */
export function microUsd(price: Price, inputTokens: number, outputTokens: number): number {
  return Math.ceil(inputTokens * price.inputUsdPerMillion + outputTokens * price.outputUsdPerMillion);
}
