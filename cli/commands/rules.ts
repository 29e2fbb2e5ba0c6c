/** `tocsin rules review`: which rules cry wolf, and which limit would do better. */
import { ConfigInvalid, checkConfig, type LoadedConfig } from '../../lib/config/load.ts';
import { backtest } from '../backtest/backtest.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { incidentStores } from '../incident-stores.ts';
import { type RuleReview, reviewOf, worstFirst } from '../rules/review.ts';
import { suggestedRules, type TriedReview, tried } from '../rules/try-suggestions.ts';

export interface ReviewOptions {
  readonly weeks?: number;
  /** Where the archived records are; the stage's archive when absent. */
  readonly input?: string;
  /** False: suggestions are not tried. */
  readonly backtest?: boolean;
}

const WEEKS = 4;
const WEEK_MS = 7 * 86_400_000;
/** Incidents of one rule that are looked at. */
const LIMIT = 10_000;

/** @throws CliError */
export async function reviewRules(context: CliContext, options: ReviewOptions, now: Date): Promise<void> {
  const weeks = options.weeks ?? WEEKS;
  const config = configOf(context);
  const { rules } = config.rules;
  const { store } = await incidentStores(context);
  const since = new Date(now.getTime() - weeks * WEEK_MS);
  const multiplier = context.settings.detection.anomalyThresholdMultiplier;
  const reviews: RuleReview[] = [];
  for (const rule of rules) {
    reviews.push(reviewOf(rule, await store.ofRule(rule.id, since, LIMIT), weeks, multiplier));
  }
  const sorted = await withBacktest(context, worstFirst(reviews), { config, since, options });
  context.result(tableOf(sorted, weeks), { weeks, rules: sorted });
}

interface Trial {
  readonly config: LoadedConfig;
  readonly since: Date;
  readonly options: ReviewOptions;
}

/** A review without the archive beats none: what keeps it from being replayed is said, and the figures are left out. */
async function withBacktest(
  context: CliContext,
  reviews: readonly RuleReview[],
  { config, since, options }: Trial,
): Promise<TriedReview[]> {
  const suggested = suggestedRules(config.rules, reviews);
  if (suggested === undefined || options.backtest === false) return tried(reviews, undefined);
  try {
    const input = options.input ?? `s3://${await context.output('Data', 'ArchiveBucketName')}/archive/`;
    const done = await backtest({
      ...{ input, range: { fromMs: since.getTime(), toMs: undefined }, settings: context.settings },
      ...{ rules: suggested, against: config.rules, sources: config.sources },
      ...{ s3: context.clients.s3, say: (line: string) => context.say(line) },
    });
    return tried(reviews, done);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.say(`The suggestions are not tried on archived records: ${error.message}`);
    return tried(reviews, undefined);
  }
}

function configOf(context: CliContext): LoadedConfig {
  try {
    return checkConfig(context.settings);
  } catch (error) {
    if (error instanceof ConfigInvalid) throw new CliError(error.message);
    throw error;
  }
}

function tableOf(reviews: readonly TriedReview[], weeks: number): string {
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

function suggestionText({ suggestion, false_alarms, backtest: figures }: TriedReview): string {
  if (suggestion === null) return '';
  const { field, from, to, fewer } = suggestion;
  const would = `${field} ${from} to ${to}: ${fewer} of ${false_alarms} false alarms fewer, no true one lost`;
  if (figures === null) return would;
  const { mails_now, mails_suggested, days } = figures;
  const words = mails_suggested < mails_now ? 'backtest' : 'but the backtest says that it is no better';
  return `${would}; ${words}: ${mails_suggested} e-mails instead of ${mails_now} in ${Math.round(days)} days`;
}
