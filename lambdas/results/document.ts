/** The document of one record, put together from what each tier found. Pure. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { AnomalyResult } from '../../contracts/anomaly-result.ts';
import { expectedOf } from '../triage/phrases.ts';

/** One tier's finding about a record, and the incident that it went into. */
export interface Finding {
  readonly anomaly: Anomaly;
  readonly incident_id: string;
  readonly processed_at: string;
}

/** A record that was kept by chance, not because anything was found. */
export interface Sample {
  readonly id: string;
  readonly timestamp: string;
  readonly source: string;
  readonly entity: string | null;
  readonly raw_data: Readonly<Record<string, unknown>>;
}

/** What triage made of a record. */
export type Judged = Omit<NonNullable<AnomalyResult['llm']>, 'method'>;

type Method = 'heuristic' | 'statistical' | 'ml';

/** Detectors that compare with the values before, or score by a model; all others compare with what people set. */
const METHODS: Readonly<Record<string, Method>> = {
  deviation: 'statistical',
  seasonal: 'statistical',
  drift: 'statistical',
  novelty: 'ml',
};

const methodOf = ({ detector }: Anomaly): Method => METHODS[detector] ?? 'heuristic';

/** Names the record that was judged; of a window, the window. */
export function resultIdOf(anomaly: Anomaly): string {
  const { stream, shard_id, sequence_number, source, entity, metric, rule_id, window_end } = anomaly;
  return sequence_number === null
    ? JSON.stringify([source, entity, metric, rule_id, window_end ?? anomaly.event_time])
    : resultIdAt(stream ?? '', shard_id ?? '', sequence_number);
}

export function resultIdAt(stream: string, shardId: string, sequenceNumber: string): string {
  return JSON.stringify([stream, shardId, sequenceNumber]);
}

/** @returns undefined where neither a finding nor a sample is there */
export function documentOf(
  id: string,
  findings: readonly Finding[],
  sample: Sample | undefined,
  verdict?: Judged,
): AnomalyResult | undefined {
  const [first] = findings;
  const about = first === undefined ? sample : subjectOf(first.anomaly, findings);
  if (about === undefined) return undefined;
  const isAnomaly = findings.some(({ anomaly }) => anomaly.kind !== 'cleared');
  const waits = findings.map(
    ({ anomaly, processed_at }) => Date.parse(processed_at) - Date.parse(anomaly.arrival_time),
  );
  return {
    id,
    timestamp: about.timestamp,
    source: about.source,
    entity: about.entity,
    raw_data: { ...(sample?.raw_data ?? about.raw_data) },
    heuristic: partOf('heuristic', findings),
    statistical: partOf('statistical', findings),
    ml: partOf('ml', findings),
    llm: verdict === undefined ? null : { ...verdict, method: 'llm' },
    processing_time_ms: waits.length === 0 ? null : Math.max(0, ...waits),
    final_status: isAnomaly ? 'anomaly' : 'normal',
    overall_confidence: confidenceOf(findings, isAnomaly),
    incident_ids: [...new Set(findings.map(({ incident_id }) => incident_id))],
  };
}

function subjectOf({ event_time, source, entity, labels }: Anomaly, findings: readonly Finding[]) {
  const values = findings
    .filter(({ anomaly }) => anomaly.aggregate === null)
    .map(({ anomaly }) => [anomaly.metric, anomaly.value]);
  return { timestamp: event_time, source, entity, raw_data: { ...Object.fromEntries(values), ...labels } };
}

function partOf<M extends Method>(method: M, findings: readonly Finding[]) {
  const mine = findings.filter(({ anomaly }) => methodOf(anomaly) === method);
  const [first] = mine;
  if (first === undefined) return null;
  const results: Record<string, ReturnType<typeof judged>> = {};
  for (const { anomaly } of mine) {
    const { metric, rule_id } = anomaly;
    results[Object.hasOwn(results, metric) ? `${metric}#${rule_id}` : metric] = judged(anomaly);
  }
  return { timestamp: first.processed_at, method, results };
}

function judged(anomaly: Anomaly) {
  const { value, alarm_type, kind, rule_id } = anomaly;
  return {
    value,
    alarm_type,
    status: kind === 'cleared' ? ('Normal' as const) : ('Anomaly' as const),
    context: `${rule_id}: expected ${expectedOf(anomaly)}`,
  };
}

/** Of an anomaly, that of its surest finding; of what cleared, sure only by fixed limits; of a sample, nothing says. */
function confidenceOf(findings: readonly Finding[], isAnomaly: boolean): number | null {
  const sure = findings
    .filter(({ anomaly }) => (anomaly.kind !== 'cleared') === isAnomaly)
    .flatMap(({ anomaly }) => confidence(anomaly) ?? []);
  return sure.length === 0 ? null : Math.max(...sure);
}

function confidence(anomaly: Anomaly): number | undefined {
  const method = methodOf(anomaly);
  if (method === 'heuristic') return 1;
  if (anomaly.kind === 'cleared' || anomaly.score === null || method === 'ml') return undefined;
  // How rarely a normal distribution strays as far, to either side.
  return Math.round((1 - 2 * upperTail(Math.abs(anomaly.score))) * 1e6) / 1e6;
}

/** P(Z > z), to 7.5e-8: Abramowitz and Stegun 26.2.17. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const factors = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const polynomial = factors.reduceRight((sum, factor) => (sum + factor) * t, 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
