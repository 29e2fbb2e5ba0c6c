/** What is judged, and how. Rules are data: reviewed like code, published on deploy, read by the running job. */
import * as z from 'zod/mini';
import { Aggregate, Name, Route, Severity, Slug } from './shared.ts';

const common = {
  /** Part of every incident's fingerprint, so renaming a rule starts new incidents. */
  id: Slug,
  source: Slug,
  /** A metric's name, or `*` for each metric of the source. */
  metric: Name,
  /** An entity's name, or `*`. A rule for one entity takes the place of the `*` rule of the same metric and kind. */
  entity: z._default(Name, '*'),
  enabled: z._default(z.boolean(), true),
  severity: z._default(Severity, 'warning'),
  route: z._default(Route, 'page'),
  /** What it means and what to do, shown in the e-mail. */
  description: z.optional(z.string().check(z.maxLength(500))),
};

/** Each reading against fixed limits. Above `high`: High; above `high_high`: High-High, always critical. */
export const LimitsRule = z.strictObject({
  ...common,
  kind: z.literal('limits'),
  high_high: z.optional(z.number()),
  high: z.optional(z.number()),
  low: z.optional(z.number()),
  low_low: z.optional(z.number()),
  /** How far a value must come back inside a limit before its alarm clears, in the metric's unit. */
  dead_band: z._default(z.number().check(z.nonnegative()), 0),
});

/** Each reading against mean ± k·σ of the readings before it. */
export const DeviationRule = z.strictObject({
  ...common,
  kind: z.literal('deviation'),
  /** k. Absent: the stage's `anomaly_threshold_multiplier`. */
  multiplier: z.optional(z.number().check(z.positive())),
  /** Readings needed before the first judgement. */
  min_samples: z._default(z.int().check(z.minimum(2)), 30),
  /** Smallest distance from the mean that counts, as a fraction of the mean: keeps tiny σ from alarming. */
  min_relative_deviation: z._default(z.number().check(z.nonnegative()), 0.05),
});

/** An aggregate over each window against limits. The windows' sizes are settings of the stage. */
export const WindowRule = z.strictObject({
  ...common,
  kind: z.literal('window'),
  window: z.enum(['tumbling', 'hopping']),
  aggregate: Aggregate,
  high: z.optional(z.number()),
  low: z.optional(z.number()),
});

export const Rule = z.discriminatedUnion('kind', [LimitsRule, DeviationRule, WindowRule]).check((context) => {
  for (const problem of faultsOf(context.value)) {
    context.issues.push({ code: 'custom', message: problem, input: context.value, path: [] });
  }
});
export type Rule = z.infer<typeof Rule>;

/** Limits that contradict each other, each in one sentence; none for a sound rule. */
function faultsOf(
  rule: z.infer<typeof LimitsRule> | z.infer<typeof DeviationRule> | z.infer<typeof WindowRule>,
) {
  if (rule.kind === 'deviation') return [];
  const levels =
    rule.kind === 'limits'
      ? { low_low: rule.low_low, low: rule.low, high: rule.high, high_high: rule.high_high }
      : { low: rule.low, high: rule.high };
  const set = Object.entries(levels).filter((level): level is [string, number] => level[1] !== undefined);
  if (set.length === 0) return [`rule ${rule.id}: no limit is set, so it can never alarm`];
  return set.slice(1).flatMap(([name, value], index) => {
    const [lowerName, lowerValue] = set[index] ?? [name, value];
    return lowerValue < value
      ? []
      : [`rule ${rule.id}: ${lowerName} (${lowerValue}) must be below ${name} (${value})`];
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
