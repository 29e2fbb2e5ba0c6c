/** From a story to the evidence that triage would gather. */
import { createHash } from 'node:crypto';
import { Anomaly, Incident, Note, type Resolution, type Rule } from '../../contracts/index.ts';
import { fingerprintOf, incidentIdOf, tenCharacters } from '../../lambdas/incidents/ids.ts';
import type { RuleIncident } from '../../lambdas/ports/incident-store/port.ts';
import type { Evidence } from '../../lambdas/triage/evidence.ts';
import { ruleOf } from './rules.ts';
import type { Beside, NoteBeside, Story } from './story.ts';

const MINUTE_MS = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The evidence of a story, as {@link Evidence} is gathered when its message is written. */
export function evidenceOf(story: Story): Evidence {
  const rule = ruleOf(story.rule);
  const { source } = rule;
  const begin = Date.parse(story.at);
  const first = anomalyOf(story, rule, begin);
  const latest =
    story.since === undefined ? first : sinceOf(first, story.since, begin + story.since.seconds * 1_000);
  const incident = incidentOf(
    first,
    latest,
    story.message === 'opened' || story.message === undefined ? 1 : 2,
  );
  const { incident_id, sequence } = incident;
  const others = (story.past ?? []).map((each) => otherOf(story, each, begin));
  const neighbours = (story.beside ?? []).map((each) => otherOf(story, each, begin));
  const ofThisRule = ({ first: { rule_id } }: Incident) => rule_id === story.rule;
  return {
    request: {
      alert_id: `${incident_id}.${sequence}`,
      incident_id,
      sequence,
      kind: story.message ?? 'opened',
    },
    incident,
    about: story.message === 'reminder' ? latest : first,
    rule,
    ...(story.known && { known: { source, entity: '*', ...story.known } }),
    others,
    neighbours,
    notes: (story.notes ?? []).map((note) => noteOf(note, source, begin)),
    ofRule: [...ruledOf(story, begin), ...[...others, ...neighbours].filter(ofThisRule).flatMap(kept)],
    stage: 'prod',
    now: new Date(Date.parse(latest.arrival_time) + 3_000),
  };
}

function anomalyOf(story: Story, rule: Rule, begin: number): Anomaly {
  const { values, strays = 1, late = 0 } = story;
  // A drift is judged by the mean since it began.
  const value = rule.kind === 'drift' ? meanOf(values) : (values.at(-1) ?? 0);
  const { low, high, score } = judgedBy(rule, story, values.slice(0, -strays), value);
  const isFar = story.alarm.includes('-');
  const ofWindow = rule.kind === 'window';
  const ofRecord = !ofWindow && rule.kind !== 'missing' && rule.kind !== 'silence';
  return Anomaly.parse({
    anomaly_id: hash(story.id),
    kind: 'raised',
    detector: rule.kind,
    rule_id: rule.id,
    rules_version: 3,
    source: rule.source,
    entity: story.entity,
    metric: story.metric,
    alarm_type: story.alarm,
    previous_alarm_type: 'OK',
    severity: isFar ? 'critical' : rule.severity,
    route: isFar ? 'page' : rule.route,
    value,
    expected_low: low,
    expected_high: high,
    score,
    aggregate: ofWindow ? rule.aggregate : null,
    window_start: ofWindow ? iso(begin - MINUTE_MS) : null,
    window_end: ofWindow ? iso(begin) : null,
    event_time: iso(begin - late * MINUTE_MS),
    arrival_time: iso(begin + 800),
    late: late > 0,
    stream: ofRecord ? 'readings' : null,
    shard_id: ofRecord ? 'shardId-000000000000' : null,
    sequence_number: ofRecord ? `4967124${Number.parseInt(hash(story.id).slice(0, 8), 16)}` : null,
    labels: story.labels ?? {},
    recent_values: values.slice(-24),
  });
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

function judgedBy(rule: Rule, story: Story, before: readonly number[], value: number) {
  const [low = null, high = null] = story.expected ?? [];
  const given = { low, high, score: story.score ?? null };
  if (rule.kind === 'limits' || rule.kind === 'window') {
    return { low: rule.low ?? null, high: rule.high ?? null, score: null };
  }
  if (rule.kind !== 'deviation' || story.expected !== undefined) return given;
  const mean = meanOf(before);
  const sigma = Math.sqrt(before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / before.length);
  const reach = Math.max((rule.multiplier ?? 3) * sigma, rule.min_relative_deviation * Math.abs(mean));
  return { low: mean - reach, high: mean + reach, score: (value - mean) / sigma };
}

function sinceOf(first: Anomaly, since: NonNullable<Story['since']>, ms: number): Anomaly {
  const isOver = since.alarm === 'OK';
  return {
    ...first,
    anomaly_id: hash(`${first.anomaly_id} since`),
    kind: isOver ? 'cleared' : 'renewed',
    alarm_type: since.alarm,
    previous_alarm_type: first.alarm_type,
    value: since.value,
    event_time: iso(ms - 800),
    arrival_time: iso(ms),
    recent_values: [...first.recent_values, since.value].slice(-24),
  };
}

function incidentOf(first: Anomaly, latest: Anomaly, sequence: number): Incident {
  const isOver = latest.kind === 'cleared';
  return Incident.parse({
    incident_id: incidentIdOf(first),
    fingerprint: fingerprintOf(first),
    status: isOver ? 'resolved' : 'open',
    severity: first.severity,
    route: first.route,
    opened_at: first.arrival_time,
    last_seen_at: latest.arrival_time,
    resolved_at: isOver ? latest.arrival_time : null,
    resolved_by: isOver ? 'cleared' : null,
    anomaly_count: first === latest ? 1 : 2,
    sequence,
    version: first === latest ? 1 : 2,
    first,
    latest,
    worst: first,
  });
}

/** Another incident: only what people see of it matters, so its values are few. */
function otherOf(story: Story, other: Beside, begin: number): Incident {
  const rule = ruleOf(other.rule);
  const entity = other.entity ?? story.entity;
  const at = iso(begin - other.before * MINUTE_MS);
  const id = `${story.id} ${entity} ${other.metric} ${other.rule} ${other.before}`;
  const values = [other.value];
  const first = anomalyOf(
    { ...story, ...other, entity, id, at, values, late: 0, expected: [null, null], labels: {} },
    rule,
    Date.parse(at),
  );
  const open = incidentOf(first, first, 1);
  const { end, lasted = 5 } = other;
  if (end === undefined) return open;
  const isByStaff = end !== 'cleared' && end !== 'quiet';
  const ended = iso(Date.parse(at) + lasted * MINUTE_MS);
  return {
    ...open,
    status: 'resolved',
    last_seen_at: ended,
    resolved_at: ended,
    resolved_by: isByStaff ? 'staff' : end,
    resolver: isByStaff ? 'on-call' : null,
    resolution: isByStaff ? end : null,
  };
}

function noteOf({ source, entity, metric, ...note }: NoteBeside, ofSource: string, begin: number): Note {
  const { kind, text, author = 'release-bot', from, until = from } = note;
  return Note.parse({
    note_id: `N-${tenCharacters(text)}`,
    kind,
    source: source ?? ofSource,
    ...(entity !== undefined && { entity }),
    ...(metric !== undefined && { metric }),
    from: iso(begin + from * MINUTE_MS),
    until: iso(begin + until * MINUTE_MS),
    author,
    created_at: iso(begin + Math.min(from, 0) * MINUTE_MS - MINUTE_MS),
    text,
  });
}

/** What is kept of an incident for its rule; nothing of one that nobody judged, for nobody was told of it here. */
function kept(other: Incident): RuleIncident[] {
  const { incident_id, opened_at, first, sequence: mails, resolution, worst } = other;
  if (resolution === null) return [];
  const { entity, metric } = first;
  const { value: worst_value, score: worst_score, alarm_type } = worst;
  return [
    { incident_id, opened_at, entity, metric, mails, resolution, worst_value, worst_score, alarm_type },
  ];
}

/** The rule's incidents of the weeks before, spread over them and over other entities. */
function ruledOf({ ruled = {}, alarm, metric, id }: Story, begin: number): RuleIncident[] {
  const found = Object.entries(ruled).flatMap(([resolution, count]) =>
    Array.from({ length: count }, () => resolution),
  );
  return found.map((resolution, place) => ({
    incident_id: `T-${tenCharacters(`${id} ${place}`)}`,
    opened_at: iso(begin - (place + 1) * 1_300 * MINUTE_MS),
    entity: `other-${place % 7}`,
    metric,
    mails: 1,
    resolution: resolution === 'unjudged' ? null : (resolution as Resolution),
    worst_value: 0,
    worst_score: null,
    alarm_type: alarm,
  }));
}
