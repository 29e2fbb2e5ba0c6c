/** What a rule set must keep to beside its own shape: the sources that it names, and what a window can hold. */
import type { Rule, RuleSet } from './rule.ts';
import type { Aggregate } from './shared.ts';
import type { SourceConfig, SourceSet } from './source-config.ts';

/** Settings of the stage that bound what a rule can ask for. */
export interface RuleBounds {
  /** Readings in the baseline of the deviation detector. */
  readonly deviationRows: number;
}

/**
 * Why rules could never judge, or never alarm, each in one sentence with the rule's id; none for a sound set.
 * A disabled rule is checked too: it is meant to be enabled some day.
 */
export function faultsOfRules(rules: RuleSet, sources: SourceSet, bounds: RuleBounds): readonly string[] {
  const byName = new Map(sources.sources.map((source) => [source.name, source]));
  return rules.rules.flatMap((rule) => {
    const source = byName.get(rule.source);
    const reasons =
      source === undefined
        ? [`there is no source "${rule.source}" (there is ${[...byName.keys()].join(', ')})`]
        : [
            ...metricFaults(rule, source),
            ...windowFaults(rule),
            ...baselineFaults(rule, bounds),
            ...thresholdFaults(rule),
          ];
    return reasons.map((reason) => `rule ${rule.id}: ${reason}`);
  });
}

function metricFaults(rule: Rule, source: SourceConfig): readonly string[] {
  if (source.metrics === '*') return [];
  const metrics = [...source.metrics, ...(source.counter === undefined ? [] : [source.counter])];
  if (rule.metric === '*' || metrics.includes(rule.metric)) return [];
  return [
    `source ${source.name} has no metric "${rule.metric}" (it has ${metrics.join(', ')}), so it would judge nothing`,
  ];
}

/** The smallest value that an aggregate can have; the others have none. */
const LEAST: ReadonlyMap<Aggregate, number> = new Map([
  ['count', 1],
  ['stddev', 0],
]);

/** A window is told only when it has a reading, so its count is at least 1; σ is never below 0. */
function windowFaults(rule: Rule): readonly string[] {
  if (rule.kind !== 'window') return [];
  const { aggregate, low, high } = rule;
  const least = LEAST.get(aggregate);
  if (least === undefined) return [];
  const faults: string[] = [];
  if (low !== undefined && low <= least) {
    faults.push(`low (${low}) can never alarm: the ${aggregate} of a window is at least ${least}`);
  }
  if (high !== undefined && high < least) {
    faults.push(
      `high (${high}) would alarm on every window: the ${aggregate} of a window is at least ${least}`,
    );
  }
  return faults;
}

function baselineFaults(rule: Rule, { deviationRows }: RuleBounds): readonly string[] {
  if (rule.kind !== 'deviation' || rule.min_samples <= deviationRows) return [];
  return [
    `min_samples (${rule.min_samples}) is more than the ${deviationRows} readings of the baseline, so it would never judge`,
  ];
}

/** Thresholds of a novelty score where a rule sets none: those of `calibration.json` in the jar (tested). */
export const NOVELTY_THRESHOLDS = { warn: 4.78, page: 6.34 } as const;

/** What pages must also warn: an alarm begins and ends at warn. */
function thresholdFaults(rule: Rule): readonly string[] {
  if (rule.kind !== 'novelty') return [];
  const named = (name: 'warn' | 'page') =>
    `${name} (${rule[name] ?? `${NOVELTY_THRESHOLDS[name]} where the rule sets none`})`;
  const { warn = NOVELTY_THRESHOLDS.warn, page = NOVELTY_THRESHOLDS.page } = rule;
  if (page >= warn) return [];
  return [
    `${named('page')} is below ${named('warn')}: what pages must also warn. Set both, warn the smaller one`,
  ];
}
