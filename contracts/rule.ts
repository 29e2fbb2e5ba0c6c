/** What is judged, and how. Rules are data: reviewed like code, published on deploy, read by the running job. */
import * as z from 'zod/mini';
import {
  DeviationRule,
  DriftRule,
  FlatRule,
  LimitsRule,
  MissingRule,
  NoveltyRule,
  RateRule,
  SeasonalRule,
  SilenceRule,
  SustainedRule,
  WindowRule,
} from './rule-kinds.ts';

export * from './rule-kinds.ts';

const AnyKind = z.discriminatedUnion('kind', [
  LimitsRule,
  SustainedRule,
  MissingRule,
  SilenceRule,
  FlatRule,
  RateRule,
  DriftRule,
  DeviationRule,
  SeasonalRule,
  NoveltyRule,
  WindowRule,
]);

export const Rule = AnyKind.check((context) => {
  for (const problem of faultsOf(context.value)) {
    context.issues.push({
      code: 'custom',
      message: `rule ${context.value.id}: ${problem}`,
      input: context.value,
      path: [],
    });
  }
});
export type Rule = z.infer<typeof Rule>;

/** Settings that contradict each other, each in one sentence; none for a sound rule. */
function faultsOf(rule: z.infer<typeof AnyKind>): readonly string[] {
  switch (rule.kind) {
    case 'limits':
      return limitFaults({
        low_low: rule.low_low,
        low: rule.low,
        high: rule.high,
        high_high: rule.high_high,
      });
    case 'sustained':
    case 'rate':
    case 'window':
      return limitFaults({ low: rule.low, high: rule.high });
    case 'flat':
      return rule.readings === undefined && rule.duration_seconds === undefined
        ? ['neither readings nor duration_seconds is set, so it can never alarm']
        : [];
    case 'deviation':
      return rule.hold_readings > 0 && rule.hold_readings < rule.min_samples
        ? [
            `hold_readings (${rule.hold_readings}) must be 0 or at least min_samples (${rule.min_samples}): the readings held become the baseline`,
          ]
        : [];
    case 'novelty':
      return rule.warn !== undefined && rule.page !== undefined && rule.page < rule.warn
        ? [`page (${rule.page}) must be at least warn (${rule.warn})`]
        : [];
    default:
      return [];
  }
}

/** @param levels limits from the lowest to the highest */
function limitFaults(levels: Readonly<Record<string, number | undefined>>): readonly string[] {
  const set = Object.entries(levels).filter((level): level is [string, number] => level[1] !== undefined);
  if (set.length === 0) return ['no limit is set, so it can never alarm'];
  return set.slice(1).flatMap(([name, value], index) => {
    const [lowerName, lowerValue] = set[index] ?? [name, value];
    return lowerValue < value ? [] : [`${lowerName} (${lowerValue}) must be below ${name} (${value})`];
  });
}

/** The file that people review: `config/rules.json`. */
export const RuleSet = z.strictObject({ rules: z.array(Rule) }).check(
  z.refine((set) => new Set(set.rules.map((rule) => rule.id)).size === set.rules.length, {
    error: 'two rules have the same id',
    path: ['rules'],
  }),
);
export type RuleSet = z.infer<typeof RuleSet>;

/** The object that the job reads: a rule set with the number of its publication. */
export const PublishedRuleSet = z.strictObject({
  /** Grows by one with each publication; 1 is the first. */
  version: z.int().check(z.positive()),
  rules: z.array(Rule),
});
export type PublishedRuleSet = z.infer<typeof PublishedRuleSet>;
