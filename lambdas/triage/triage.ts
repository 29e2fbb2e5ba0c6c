/** The deterministic e-mail: every number in it comes from the evidence. */
import type { Alert } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Evidence } from './evidence.ts';
import { expectedOf, howOf, subjectOf } from './phrases.ts';
import { ascii, instant, number, shorten, span, sparkline } from './words.ts';

/** What a text model adds, or why it added nothing. */
export type Analysis =
  | { readonly kind: 'none' }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'text'; readonly model: string; readonly paragraphs: readonly string[] };

/** SNS takes 256 KiB with attributes; a mail longer than this is cut with a mark. */
const LONGEST_BODY = 20_000;
const SUBJECT_LENGTH = 100;

/** The alert that says what the request asks for. */
export function compose(evidence: Evidence, analysis: Analysis): Alert {
  const { request, incident } = evidence;
  const told = toldOf(evidence);
  return {
    ...request,
    attributes: {
      kind: request.kind,
      severity: incident.severity,
      route: incident.route,
      source: told.source,
      entity: told.entity,
      rule_id: told.rule_id,
    },
    subject: subjectLine(evidence, told),
    body: cut(bodyOf(evidence, told, analysis)),
  };
}

/** The anomaly that the message is about. */
function toldOf({ request, incident }: Evidence): Anomaly {
  if (request.kind === 'opened') return incident.first;
  return request.kind === 'escalated' ? incident.worst : incident.latest;
}

function subjectLine({ request, incident, now }: Evidence, told: Anomaly): string {
  const id = `(${incident.incident_id})`;
  const resolved = request.kind === 'resolved';
  const head = resolved ? '[RESOLVED]' : `[${told.severity.toUpperCase()}]`;
  const tail = resolved
    ? incident.resolved_by === 'quiet'
      ? `silent, resolved after ${lasted(incident, now)} ${id}`
      : `back at ${number(told.value)} after ${lasted(incident, now)} ${id}`
    : `is ${number(told.value)}, expected ${expectedOf(told)} ${id}`;
  const room = SUBJECT_LENGTH - head.length - tail.length - 2;
  return `${head} ${shorten(ascii(subjectOf(told)), room)} ${tail}`;
}

function bodyOf(evidence: Evidence, told: Anomaly, analysis: Analysis): string {
  const { request, incident, stage } = evidence;
  const sections = [
    headline(evidence, told),
    facts(evidence, told),
    meaning(evidence),
    values(told),
    before(evidence),
    ...(request.kind === 'resolved' ? [] : [analysisText(analysis)]),
    nextStep(evidence, told),
    chain(incident, told, request.alert_id, stage),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function headline({ request, incident, now }: Evidence, told: Anomaly): string {
  const what = subjectOf(told);
  if (request.kind !== 'resolved') {
    const is = request.kind === 'escalated' ? 'got worse: it is' : 'is';
    return `${what} ${is} ${told.alarm_type}: ${number(told.value)}, where ${expectedOf(told)} was expected.`;
  }
  if (incident.resolved_by === 'cleared') {
    return `${what} is back to normal: ${number(told.value)}. The incident lasted ${lasted(incident, now)}.`;
  }
  return (
    `${what} has shown no sign of trouble since ${instant(incident.last_seen_at)}, so the incident is closed.\n` +
    `Nothing says that the value is back to normal: if you expect readings from ${told.entity}, check that they arrive.`
  );
}

function facts({ request, incident, now }: Evidence, told: Anomaly): string {
  const resolved = request.kind === 'resolved';
  const worst = incident.worst;
  const lines = [
    `Source: ${told.source}`,
    `Entity: ${told.entity}`,
    `Metric: ${told.metric}`,
    resolved
      ? `Worst value: ${number(worst.value)} (${worst.alarm_type})`
      : `Actual: ${number(told.value)} (${told.alarm_type})`,
    `Expected: ${expectedOf(resolved ? worst : told)}`,
    `Severity: ${incident.severity}`,
    `Since: ${instant(incident.opened_at)}${resolved ? '' : ` (${span(now.getTime() - Date.parse(incident.opened_at))} before this was written)`}`,
    ...(resolved && incident.resolved_at !== null ? [`Until: ${instant(incident.resolved_at)}`] : []),
    `Rule: ${told.rule_id} (${howOf(told)})`,
    ...(incident.anomaly_count > 1 ? [`Signals so far: ${incident.anomaly_count}`] : []),
    ...timeLine(told),
    ...labelLine(told),
  ];
  return lines.join('\n');
}

function timeLine(told: Anomaly): string[] {
  if (told.window_start !== null && told.window_end !== null) {
    return [`Window: ${instant(told.window_start)} to ${instant(told.window_end)}`];
  }
  const line = `Time in the record: ${instant(told.event_time)}`;
  return [told.late ? `${line} (it came late; it was judged by itself, and is in no average)` : line];
}

function labelLine({ labels }: Anomaly): string[] {
  const entries = Object.entries(labels);
  return entries.length === 0
    ? []
    : [`Labels: ${entries.map(([name, value]) => `${name} = ${value}`).join(', ')}`];
}

function meaning({ rule }: Evidence): string {
  return rule?.description === undefined ? '' : `What the rule says\n${rule.description}`;
}

function values({ recent_values }: Anomaly): string {
  if (recent_values.length < 2) return '';
  const last = recent_values.slice(-8).map(number);
  const range = `${number(Math.min(...recent_values))} to ${number(Math.max(...recent_values))}`;
  return (
    `The last ${recent_values.length} values, oldest first (${range})\n` +
    `${sparkline(recent_values)}\n` +
    `${recent_values.length > last.length ? '… ' : ''}${last.join(' · ')}`
  );
}

function before({ before: others, incident, now }: Evidence): string {
  const { entity } = incident.first;
  const [latest] = others;
  if (latest === undefined) return `History\nNo other incident of ${entity} is on record.`;
  const how =
    latest.status === 'open' ? 'still open' : `resolved after ${lasted(latest, now)} (${latest.resolved_by})`;
  const same = others.filter((other) => other.fingerprint === incident.fingerprint).length;
  return (
    `History\n${others.length} other ${others.length === 1 ? 'incident' : 'incidents'} of ${entity} on record, ${same} by the same rule.\n` +
    `The newest: ${latest.incident_id}, ${subjectOf(latest.worst)} was ${latest.worst.alarm_type} at ${number(latest.worst.value)}, ` +
    `${instant(latest.opened_at)}, ${how}.`
  );
}

function analysisText(analysis: Analysis): string {
  if (analysis.kind === 'none') return '';
  if (analysis.kind === 'missing')
    return `Analysis\nNone: ${analysis.reason} Everything else here comes from the rules.`;
  return `Analysis (written by ${analysis.model}, not by the rules; check it)\n${analysis.paragraphs.join('\n')}`;
}

function nextStep({ request, incident }: Evidence, told: Anomaly): string {
  if (request.kind === 'resolved')
    return 'Next step\nNone is needed. A new incident will be mailed as a new one.';
  const where =
    told.detector === 'window'
      ? `the records of ${told.entity} in this window`
      : `what ${told.entity} did at that time`;
  return (
    `Next step\nLook at ${where}. If the value is right, change rule ${told.rule_id} in config/rules.json; ` +
    `one e-mail follows when ${incident.incident_id} is resolved.`
  );
}

function chain(incident: Incident, told: Anomaly, alertId: string, stage: string): string {
  const record =
    told.sequence_number === null
      ? `window ${told.window_end ?? ''}`
      : `record ${told.sequence_number} (${told.stream ?? ''}, ${told.shard_id ?? ''})`;
  return `--\nStage ${stage}. ${record} -> anomaly ${told.anomaly_id} -> incident ${incident.incident_id} -> message ${alertId}`;
}

function lasted(incident: Incident, now: Date): string {
  const end = incident.resolved_at === null ? now.getTime() : Date.parse(incident.resolved_at);
  return span(end - Date.parse(incident.opened_at));
}

function cut(body: string): string {
  return body.length <= LONGEST_BODY
    ? body
    : `${body.slice(0, LONGEST_BODY)}\n[cut here: the message was longer]\n`;
}
