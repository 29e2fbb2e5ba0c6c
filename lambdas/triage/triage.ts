/** The deterministic e-mail: every number in it comes from the evidence. */
import type { Alert, AlertKind } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { NOBODY } from '../../contracts/directory.ts';
import { type Analysis, analysisSection } from './analysis.ts';
import { cutBody } from './cut.ts';
import { showCommand } from './digest.ts';
import type { Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import { foreignName, quoted } from './foreign.ts';
import { groupAlert } from './group.ts';
import { heartbeatAlert } from './heartbeat.ts';
import { historyOf } from './history.ts';
import { judge } from './judge.ts';
import { learningLines } from './learning.ts';
import { isNovelty, mainReasonOf, whyOf } from './novelty.ts';
import {
  actualOf,
  entityOf,
  expectedOf,
  gapOf,
  howOf,
  isGap,
  stateOf,
  subjectOf,
  whatOf,
} from './phrases.ts';
import { subjectLine } from './subject.ts';
import { beganAt, durationOf, endedAt, silenceOf, staffEnd } from './times.ts';
import { verdictText } from './verdict.ts';
import { instant, number, span, sparkline } from './words.ts';

/** A record's own time this far from its arrival is worth a line. */
const NOTABLE_DELAY_MS = 60_000;
/** Values written out below the chart. */
const VALUES_SHOWN = 8;

/** The alert that says what the request asks for. */
export function compose(evidence: Evidence, analysis: Analysis): Alert {
  const { request, incident, about, known } = evidence;
  if (request.kind === 'heartbeat') return heartbeatAlert(evidence);
  if (request.kind === 'digest') return groupAlert(evidence);
  const { source, entity, rule_id } = about;
  const owner = known?.owner ?? NOBODY;
  const severity = request.kind === 'resolved' ? incident.severity : about.severity;
  return {
    ...request,
    attributes: { kind: request.kind, severity, route: incident.route, source, entity, rule_id, owner },
    subject: subjectLine(evidence),
    body: cutBody(bodyOf(evidence, analysis), showCommand(request.incident_id, evidence.stage)),
  };
}

function bodyOf(evidence: Evidence, analysis: Analysis): string {
  // When it is over, the past and the rule's advice would only make the good news longer.
  const isOver = evidence.request.kind === 'resolved';
  const sections = [
    headline(evidence),
    facts(evidence),
    isOver ? '' : section('Verdict (by fixed rules, not by a model)', verdictOf(evidence)),
    isOver ? '' : section('Why it is unusual, with the parts of its score', whyOf(evidence.about)),
    isOver ? '' : section('What the rule says', evidence.rule?.description ?? ''),
    values(evidence),
    isOver ? '' : section('History', historyOf(evidence)),
    analysisText(analysis),
    section('About it', aboutIt(evidence)),
    section('Next step', nextStep(evidence)),
    chain(evidence),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function verdictOf(evidence: Evidence): string {
  const known = factsOf(evidence);
  return verdictText(judge(evidence, known), known, evidence.about.severity);
}

function section(title: string, text: string): string {
  return text === '' ? '' : `${title.toUpperCase()}\n${text}`;
}

const IS: Partial<Record<AlertKind, string>> = { escalated: 'got worse and is', reminder: 'still is' };

function headline({ request, incident, about }: Evidence): string {
  const what = subjectOf(about);
  if (request.kind !== 'resolved') {
    const is = IS[request.kind] ?? 'is';
    if (isNovelty(about))
      return `${what} ${is} ${stateOf(about)}: ${actualOf(about)}, ${mainReasonOf(about)}.`;
    return `${what} ${is} ${stateOf(about)}: ${actualOf(about)}. Expected was ${expectedOf(about)}.`;
  }
  if (incident.resolved_by === 'cleared') {
    if (isGap(about)) return `${what} is back. It had sent nothing for ${gapOf(about)}.`;
    if (about.detector === 'flat') {
      return `${what} moves again: ${number(about.value)}. It was stuck for ${durationOf(incident)}.`;
    }
    return `${what} is back to normal: ${number(about.value)}. It was out of bounds for ${durationOf(incident)}.`;
  }
  if (incident.resolved_by === 'staff') {
    return `The incident about ${what} was ${staffEnd(incident)}, after ${durationOf(incident)}.`;
  }
  return (
    `${what} has raised no alarm for ${silenceOf(incident)}, so the incident is closed.\n` +
    `Nothing said that the value is back to normal. If you expect readings of ${entityOf(about)}, check that they arrive.`
  );
}

function facts(evidence: Evidence): string {
  const { request, incident, about, stage } = evidence;
  const place = about.entity === '*' ? '' : `${foreignName(about.entity)}, `;
  const valueLine = (name: string, of: Anomaly) => `${name}: ${actualOf(of)}, ${stateOf(of)}`;
  const isOver = request.kind === 'resolved';
  const judged = isOver ? incident.worst : about;
  return [
    `What: ${whatOf(about)}`,
    `Where: ${place}source ${about.source}, stage ${stage}`,
    valueLine(isOver ? 'Worst' : 'Actual', judged),
    `Expected: ${expectedOf(judged)}`,
    ...(request.kind === 'escalated' ? [valueLine('Began with', incident.first)] : []),
    `Severity: ${isOver ? `${incident.severity} at worst` : about.severity}`,
    ...timeLines(evidence),
    `Rule: ${about.rule_id} (${howOf(judged, evidence.rule)})`,
    ...(isOver ? [] : learningLines(evidence)),
    ...(isOver ? [] : labelLines(about)),
  ].join('\n');
}

function timeLines({ request, incident, about, now }: Evidence): string[] {
  const began = beganAt(incident);
  const since = `Since: ${instant(began)}`;
  if (request.kind === 'resolved') {
    const end = incident.resolved_by === 'quiet' ? 'Last alarm' : 'Until';
    return [since, `${end}: ${instant(endedAt(incident))}`];
  }
  const ago = `${since} (${span(now.getTime() - Date.parse(began))} before this was written)`;
  const wasForDigest = request.kind === 'opened' && incident.first.anomaly_id !== about.anomaly_id;
  const moved = wasForDigest ? ['Route: until now it was for the digest only'] : [];
  if (about.window_start !== null && about.window_end !== null) {
    return [ago, ...moved, `Window: ${instant(about.window_start)} to ${instant(about.window_end)}`];
  }
  const isOff = Date.parse(about.arrival_time) - Date.parse(about.event_time) > NOTABLE_DELAY_MS;
  const late = about.late ? '. It came late: judged by itself, and kept out of averages and windows' : '';
  const own = isOff || about.late ? [`Time in the record: ${instant(about.event_time)}${late}`] : [];
  return [ago, ...moved, ...own];
}

function labelLines({ labels }: Anomaly): string[] {
  const entries = Object.entries(labels).map(
    ([name, value]) => `${foreignName(name)} = ${foreignName(value)}`,
  );
  return entries.length === 0 ? [] : [`Labels: ${entries.join(', ')}`];
}

function values({ about }: Evidence): string {
  const { recent_values } = about;
  if (recent_values.length < 2) return '';
  const last = recent_values.slice(-VALUES_SHOWN).map(number);
  const more = recent_values.length > last.length ? '.. ' : '';
  const [low, high] = [Math.min(...recent_values), Math.max(...recent_values)].map(number);
  const text = `${sparkline(recent_values)} from ${low} to ${high}\n${more}${last.join(' · ')}`;
  const what = { missing: 'gaps in seconds', silence: 'gaps in seconds', rate: 'rates' };
  const name = Object.entries(what).find(([detector]) => detector === about.detector)?.[1] ?? 'values';
  return section(`The last ${recent_values.length} ${name}, oldest first`, text);
}

function analysisText(analysis: Analysis): string {
  const { title, text } = analysisSection(analysis);
  return section(title, text);
}

/** What the directory says: what it is, whose it is, where to read on. */
function aboutIt({ known }: Evidence): string {
  const { description, owner, runbook_url } = known ?? {};
  return [
    ...(description === undefined ? [] : [quoted(description, 500)]),
    ...(owner === undefined ? [] : [`Owner: ${foreignName(owner)}`]),
    ...(runbook_url === undefined ? [] : [`Runbook: ${runbook_url}`]),
  ].join('\n');
}

function nextStep({ request, incident, about, stage }: Evidence): string {
  if (request.kind === 'resolved') {
    return incident.resolved_by !== 'quiet'
      ? 'None is needed. If it comes again, a new e-mail follows.'
      : `Check that ${entityOf(about)} still sends. If it is in alarm again, a new e-mail follows.`;
  }
  const clock = about.late ? " Ask why the record came late: a backlog, or the sender's clock." : '';
  const worse = request.kind === 'escalated' ? '' : 'one if it gets worse, ';
  const other = `${worse}reminders until somebody acknowledges it (unless they are switched off), and one when it is over`;
  const show = `All about it: ${showCommand(incident.incident_id, stage)}`;
  return (
    `${lookAt(about)}${clock}\n${show}\nIf the value is right and the rule is wrong, change rule ${about.rule_id} in config/rules.json and deploy.\n` +
    `More e-mails about this incident: ${other}.`
  );
}

function lookAt(about: Anomaly): string {
  if (isGap(about)) {
    return 'Find out why nothing comes: the sender, its network, its clock, then the stream. The last record is named below.';
  }
  return about.window_end === null
    ? `Look at what ${entityOf(about)} did at ${instant(about.event_time)}.`
    : `Look at the readings of ${entityOf(about)} in the window above.`;
}

/** Message by message back to the record: people search logs and archive with these. */
function chain({ request, about, stage }: Evidence): string {
  const { sequence_number, stream, shard_id, window_end, anomaly_id } = about;
  const cause =
    sequence_number === null
      ? `window ${window_end ?? 'unknown'}`
      : `record ${sequence_number} (${stream ?? 'unknown'}, ${shard_id ?? 'unknown'})`;
  const steps = [
    cause,
    `anomaly ${anomaly_id}`,
    `incident ${request.incident_id}`,
    `message ${request.alert_id}`,
  ];
  return `--\nTocsin, stage ${stage}. How to trace this e-mail:\n${steps.join(' -> ')}`;
}
