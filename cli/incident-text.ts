/** Incidents, their timelines and silences as lines of text. */
import type { Correction, Incident, TimelineEntry } from '../contracts/incident.ts';
import type { Silence } from '../contracts/silence.ts';
import type { StoredAnalysis } from '../lambdas/ports/analyses/port.ts';
import { type Analysis, analysisSection } from '../lambdas/triage/analysis.ts';
import { actualOf, expectedOf, subjectOf } from '../lambdas/triage/phrases.ts';
import { vet } from '../lambdas/triage/vet.ts';
import { instant, oneLine, span } from '../lambdas/triage/words.ts';

/** `T-7F3K2Q9A1B  CRITICAL  open for 4 min 5 s  amount of user001 is 10,000, expected at most 5,000`, and what it waits for. */
export function incidentLine(incident: Incident, now: Date): string {
  const { incident_id, severity, worst } = incident;
  const what = `${subjectOf(worst)} at ${actualOf(worst)}, expected ${expectedOf(worst)}`;
  const line = [incident_id, severity.toUpperCase().padEnd(8), stateOf(incident, now), what].join('  ');
  return [line, ...holdLines(incident)].join('\n');
}

function stateOf(incident: Incident, now: Date): string {
  const { status, opened_at, resolved_at, resolver, resolution, acknowledged_by, snoozed_until } = incident;
  if (status === 'resolved') {
    const as = resolution === null ? '' : ` as ${resolution}`;
    return `resolved${as} by ${oneLine(resolver ?? 'tocsin')} at ${instant(resolved_at ?? opened_at)}`;
  }
  const since = `for ${span(now.getTime() - Date.parse(opened_at))}`;
  if (status === 'acknowledged')
    return `acknowledged by ${oneLine(acknowledged_by ?? 'somebody')}, open ${since}`;
  if (status === 'snoozed') return `snoozed until ${instant(snoozed_until ?? opened_at)}, open ${since}`;
  return `open ${since}`;
}

function holdLines({ hold, withheld }: Incident): string[] {
  const held =
    hold === null
      ? []
      : [
          `    its mail (${hold.kind}) waits until ${instant(hold.until)}: ${hold.reason}, ${oneLine(hold.detail)}`,
        ];
  return withheld === 0
    ? held
    : [...held, `    mails that were never sent because it was over first: ${withheld}`];
}

/** All that is known of one incident, with what happened to it. */
export function incidentReport(incident: Incident, timeline: readonly TimelineEntry[], now: Date): string {
  const { first, anomaly_count, sequence, reopened_at } = incident;
  return [
    incidentLine(incident, now),
    `    rule ${first.rule_id} of source ${first.source}; ${anomaly_count} anomalies, ${sequence} mails, reopened ${reopened_at.length} times`,
    '',
    ...timeline.map(entryLine),
  ].join('\n');
}

/** What a text model said: of its words those that its question holds, as in an e-mail. */
export function analysisReport(stored: StoredAnalysis): string {
  const {
    state,
    model,
    answer,
    question,
    asked_at,
    reason = 'the model was asked and has not answered.',
  } = stored;
  const analysis: Analysis =
    state === 'answered' && answer !== undefined
      ? { kind: 'text', model, vetted: vet(answer, question), written_at: asked_at }
      : { kind: 'missing', reason };
  const { title, text } = analysisSection(analysis);
  return `${title.toUpperCase()}\n${text}`;
}

function entryLine({ at, who, action, reason, note, said, hold }: TimelineEntry): string {
  const parts = [
    `${instant(at)}  ${oneLine(who)}  ${action} (${reason})`,
    ...(said === null ? [] : [`mailed: ${said}`]),
    ...(hold === null ? [] : [`held: ${hold.reason} until ${instant(hold.until)}`]),
    ...(note === null ? [] : [`"${oneLine(note)}"`]),
  ];
  return parts.join('; ');
}

export function silenceLine(silence: Silence, now: Date): string {
  const { silence_id, starts_at, ends_at, created_by, reason, matcher } = silence;
  const time = now.toISOString();
  const state = ends_at <= time ? 'ended' : starts_at > time ? 'planned' : 'active';
  const span_ = `${instant(starts_at)} to ${instant(ends_at)}`;
  return `${silence_id}  ${state}  ${span_}  ${JSON.stringify(matcher)}  by ${oneLine(created_by)}: ${oneLine(reason)}`;
}

export function correctionLine(correction: Correction): string {
  const { modified_at, modified_by, incident_id, field, before, after, reason } = correction;
  return `${instant(modified_at)}  ${oneLine(modified_by)}  ${incident_id}  ${field}: ${before} became ${after}: "${oneLine(reason)}"`;
}
