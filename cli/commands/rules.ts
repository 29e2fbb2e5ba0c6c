/** `tocsin rules review`: which rules cry wolf, and which limit would do better. */
import type { RuleSet } from '../../contracts/rule.ts';
import { ConfigInvalid, checkConfig } from '../../lib/config/load.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { incidentStores } from '../incident-stores.ts';
import { type RuleReview, reviewOf, worstFirst } from '../rules/review.ts';

export interface ReviewOptions {
  readonly weeks?: number;
}

const WEEKS = 4;
const WEEK_MS = 7 * 86_400_000;
/** Incidents of one rule that are looked at. */
const LIMIT = 10_000;

/** @throws CliError */
export async function reviewRules(context: CliContext, options: ReviewOptions, now: Date): Promise<void> {
  const weeks = options.weeks ?? WEEKS;
  const { rules } = rulesOf(context);
  const { store } = await incidentStores(context);
  const since = new Date(now.getTime() - weeks * WEEK_MS);
  const multiplier = context.settings.detection.anomalyThresholdMultiplier;
  const reviews: RuleReview[] = [];
  for (const rule of rules) {
    reviews.push(reviewOf(rule, await store.ofRule(rule.id, since, LIMIT), weeks, multiplier));
  }
  const sorted = worstFirst(reviews);
  context.result(tableOf(sorted, weeks), { weeks, rules: sorted });
}

function rulesOf(context: CliContext): RuleSet {
  try {
    return checkConfig(context.settings).rules;
  } catch (error) {
    if (error instanceof ConfigInvalid) throw new CliError(error.message);
    throw error;
  }
}

function tableOf(reviews: readonly RuleReview[], weeks: number): string {
  const rows = [
    ['rule', 'precision', 'judged', 'incidents', 'e-mails a week', 'suggestion'],
    ...reviews.map((each) => [
      each.rule_id,
      each.precision === null ? '-' : `${Math.round(each.precision * 100)} %`,
      String(each.judged),
      String(each.incidents),
      String(each.mails_per_week),
      suggestionText(each),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const hint =
    'Precision counts what staff resolved: tocsin incidents resolve ID --as fixed|false_positive|expected';
  return [`The last ${weeks} weeks, the least precise rule first`, '', ...lines, '', hint].join('\n');
}

function suggestionText({ suggestion, false_alarms }: RuleReview): string {
  if (suggestion === null) return '';
  const { field, from, to, fewer } = suggestion;
  return `${field} ${from} to ${to}: ${fewer} of ${false_alarms} false alarms fewer, no true one lost`;
}
