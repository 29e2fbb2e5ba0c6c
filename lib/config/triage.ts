import type { StageConfig } from './schema.ts';

/** No model; where one is set, at most so long, so much and so many at once. */
export const triage: StageConfig['triage'] = {
  textModel: { kind: 'none' },
  deadlineMs: 15_000,
  budget: { usdPerDay: 2, usdPerMonth: 20 },
  concurrency: 10,
};
