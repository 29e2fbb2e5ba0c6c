/** Which rules say nothing of some series yet, as the running job tells it in its metrics. */
import { readFile } from 'node:fs/promises';
import {
  type Dimension,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type Metric,
} from '@aws-sdk/client-cloudwatch';
import { whatItLearns } from '../../contracts/learning.ts';
import { type Rule, RuleSet } from '../../contracts/rule.ts';
import { resolvePath } from '../../lib/config/load.ts';
import type { CliContext } from '../context.ts';
import type { Finding } from './checks.ts';

const NAMESPACE = 'AWS/KinesisAnalytics';
/** How old the job's newest metrics may be. */
const MINUTES = 15;
/** Of the list of metrics; the job has at most 50 of a kind in each task. */
const MOST_PAGES = 20;
/** A metric that every job has from its first reading on. */
const SIGN_OF_LIFE = 'rules_version';
/** Models of novelty whose state a new build could not read. */
const AFRESH = 'novelty_keys_started_afresh';

export type LearningFinding = Omit<Finding, 'name'>;

/** `learning:rule:metric`, `left_out:rule:metric`: how many series a rule does not judge, and why not. */
interface Unjudged {
  readonly reason: 'learning' | 'left_out';
  readonly rule: string;
  readonly metric: string;
  readonly series: number;
}

/** One finding for each rule and metric that has series which the rule does not judge. */
export async function learningFindings(context: CliContext, now: Date): Promise<readonly LearningFinding[]> {
  const { cloudWatch } = context.clients;
  const application = await context.output('Pipeline', 'ApplicationName');
  const metrics = await listMetrics(cloudWatch, application);
  const newestOf = (metric: Metric) => newest(cloudWatch, metric, now);
  const alive = metrics.find(({ MetricName: name }) => name === SIGN_OF_LIFE);
  if (alive === undefined || (await newestOf(alive)) === undefined) {
    const text = `the job has told no metrics for ${MINUTES} minutes. Does it run? See the application ${application}`;
    return [{ state: 'unknown', text }];
  }
  const unjudged: Unjudged[] = [];
  const afresh = metrics.find(({ MetricName: name }) => name === AFRESH);
  const lost = (afresh && (await newestOf(afresh))) ?? 0;
  const findings: LearningFinding[] = lost === 0 ? [] : [{ state: 'note', text: textOfLost(lost) }];
  for (const metric of metrics) {
    const named = /^(learning|left_out):([^:]+):(.+)$/.exec(metric.MetricName ?? '');
    const series = named === null ? undefined : await newestOf(metric);
    if (named === null || series === undefined || series === 0) continue;
    const [, reason, rule = '', name = ''] = named;
    unjudged.push({ reason: reason === 'learning' ? reason : 'left_out', rule, metric: name, series });
  }
  if (unjudged.length === 0) {
    return [...findings, { state: 'well', text: 'every series is judged by all of its rules' }];
  }
  const { rules } = RuleSet.parse(
    JSON.parse(await readFile(resolvePath(context.settings.rulesFile), 'utf8')),
  );
  const told = unjudged
    .toSorted((a, b) => (`${a.reason} ${a.rule} ${a.metric}` < `${b.reason} ${b.rule} ${b.metric}` ? -1 : 1))
    .map((each) => findingOf(each, rules));
  return [...findings, ...told];
}

function textOfLost(models: number): string {
  return `novelty lost the memory of ${models} series and learns them anew: this version of the job cannot read what another one saved. Its log names them`;
}

function findingOf({ reason, rule, metric, series }: Unjudged, rules: readonly Rule[]): LearningFinding {
  const what = `${series === 1 ? '1 series' : `${series} series`} of ${metric === '*' ? 'further metrics' : metric}`;
  if (reason === 'left_out') {
    const text = `${rule} does not judge ${what}: there are more than detection.maxNoveltyKeys of the stage allows. Raise it, or name fewer metrics in the rule`;
    return { state: 'ill', text };
  }
  const found = rules.find(({ id }) => id === rule);
  const needs = found === undefined ? undefined : whatItLearns(found);
  const each = needs === undefined ? '' : ` (${needs} each)`;
  return {
    state: 'note',
    text: `${rule} still learns ${what}${each}; until then only rules that learn nothing judge them. See "Cold start" in docs/detection.md`,
  };
}

/** The job's own metrics: those that have a dimension beside the application's name. */
async function listMetrics(
  cloudWatch: CliContext['clients']['cloudWatch'],
  application: string,
): Promise<readonly Metric[]> {
  const found: Metric[] = [];
  let next: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { Metrics: metrics = [], NextToken: token } = await cloudWatch.send(
      new ListMetricsCommand({
        Namespace: NAMESPACE,
        Dimensions: [{ Name: 'Application', Value: application }],
        RecentlyActive: 'PT3H',
        ...(next !== undefined && { NextToken: next }),
      }),
    );
    found.push(...metrics.filter(({ Dimensions: dimensions = [] }) => isOwn(dimensions)));
    if (token === undefined) break;
    next = token;
  }
  return found;
}

function isOwn(dimensions: readonly Dimension[]): boolean {
  return dimensions.some(({ Name: name, Value: value }) => name === 'Program' && value === 'Tocsin');
}

/** The newest value of the last minutes: of several tasks the largest, so there may be more series. */
async function newest(
  cloudWatch: CliContext['clients']['cloudWatch'],
  { MetricName, Dimensions }: Metric,
  now: Date,
): Promise<number | undefined> {
  const { Datapoints: points = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: NAMESPACE,
      MetricName,
      Dimensions,
      StartTime: new Date(now.getTime() - MINUTES * 60_000),
      EndTime: now,
      Period: 60,
      Statistics: ['Maximum'],
    }),
  );
  return points.toSorted((a, b) => Number(a.Timestamp) - Number(b.Timestamp)).at(-1)?.Maximum;
}
