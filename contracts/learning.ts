/** What a rule must have seen of a series (one metric of one entity) before it judges it. */
import type { Rule } from './rule.ts';

/** Of a novelty rule: `NoveltyModel.WARM_READINGS` of the job. */
const NOVELTY_READINGS = 150;

/** Readings without which a rule cannot judge; 0 for one that judges from the first on, or counts something else. */
export function readingsToLearn(rule: Rule): number {
  switch (rule.kind) {
    case 'deviation':
    case 'seasonal':
      return rule.min_samples;
    case 'drift':
      return rule.warm_up;
    case 'novelty':
      return NOVELTY_READINGS;
    default:
      return 0;
  }
}

/** In words: `30 readings`, `30 readings on 3 days for each hour`, `10 gaps`; nothing for a rule that learns nothing. */
export function whatItLearns(rule: Rule): string | undefined {
  const readings = `${readingsToLearn(rule)} readings`;
  switch (rule.kind) {
    case 'seasonal':
      return `${readings} on ${rule.min_days} days for each hour`;
    case 'missing':
    case 'silence':
      return rule.expected_seconds === undefined ? `${rule.min_gaps} gaps between readings` : undefined;
    default:
      return readingsToLearn(rule) > 0 ? readings : undefined;
  }
}

/** The rules of one series, without those that a more specific one of their kind replaces (rule sets of the job do the same). */
export function rulesFor(
  rules: readonly Rule[],
  { source, entity, metric }: { readonly source: string; readonly entity: string; readonly metric: string },
): readonly Rule[] {
  const about = rules.filter(
    (rule) =>
      rule.enabled &&
      rule.source === source &&
      (rule.entity === '*' || rule.entity === entity) &&
      (rule.metric === '*' || rule.metric === metric),
  );
  return about.filter((rule) =>
    about.every((other) => other.kind !== rule.kind || specificity(other) <= specificity(rule)),
  );
}

function specificity({ entity, metric }: Rule): number {
  return (entity === '*' ? 0 : 2) + (metric === '*' ? 0 : 1);
}
