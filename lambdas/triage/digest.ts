/** E-mails that tell of several incidents: all are counted, the worst are named, and a command shows the rest. */
import { ALL, type Alert } from '../../contracts/alert.ts';
import type { Anomaly } from '../../contracts/anomaly.ts';
import { type DirectoryEntry, NOBODY } from '../../contracts/directory.ts';
import type { Incident } from '../../contracts/incident.ts';
import type { Route, Severity } from '../../contracts/shared.ts';
import { excessOf } from '../incidents/compare.ts';
import type { OutboxLine } from '../ports/outbox/port.ts';
import { cutBody } from './cut.ts';
import { actualOf, expectedOf, stateOf, subjectOf } from './phrases.ts';
import { ascii, instant, number, oneLine, shorten, span } from './words.ts';

/** Incidents that are named one by one. */
const NAMED = 25;
/** Sources and rules that are counted one by one. */
const COUNTED = 10;
const SUBJECT_LENGTH = 100;

/** One incident of a digest. */
export interface Told {
  readonly incident_id: string;
  readonly about: Anomaly;
  readonly severity: Severity;
  /** What happened to it: `began`, `is over`. */
  readonly news: string;
  readonly isOver: boolean;
  readonly at: string;
}

/** The words around the list. */
export interface Frame {
  readonly alert_id: string;
  readonly incident_id: string;
  readonly sequence: number;
  readonly route: Route;
  readonly stage: string;
  /** After `[DIGEST] `. */
  readonly subject: string;
  readonly headline: string;
  /** Incidents that are counted, and of which no more is known here. */
  readonly alsoCounted?: number;
}

/**
 * The digest of all that is told.
 * @param owners of the incidents' entities, where the directory was read
 */
export function digestAlert(
  told: readonly Told[],
  frame: Frame,
  ownerOf?: (about: Anomaly) => DirectoryEntry | undefined,
): Alert {
  const { alert_id, incident_id, sequence, route, stage, subject, headline } = frame;
  const same = <T extends string>(value: (each: Told) => T): T | typeof ALL => {
    const [first, ...others] = new Set(told.map(value));
    return first === undefined || others.length > 0 ? ALL : first;
  };
  const body = [
    headline,
    counts(told, frame.alsoCounted),
    named(told),
    section('The rest', `All: ${listCommand(stage)}\nOne of them: ${showCommand('ID', stage)}`),
    `--\nTocsin, stage ${stage}. How to trace this e-mail:\nincidents as named above -> message ${alert_id}`,
  ].join('\n\n');
  return {
    alert_id,
    incident_id,
    sequence,
    kind: 'digest',
    attributes: {
      kind: 'digest',
      severity: same(({ severity }) => severity),
      route,
      source: same(({ about }) => about.source),
      entity: same(({ about }) => about.entity),
      rule_id: same(({ about }) => about.rule_id),
      owner: ownerOf === undefined ? ALL : same(({ about }) => ownerOf(about)?.owner ?? NOBODY),
    },
    subject: shorten(ascii(`[DIGEST] ${subject}`), SUBJECT_LENGTH),
    body: cutBody(`${body}\n`, listCommand(stage)),
  };
}

export const showCommand = (incidentId: string, stage: string): string =>
  `tocsin incidents show ${incidentId} --stage ${stage}`;
const listCommand = (stage: string) => `tocsin incidents list --stage ${stage}`;

const section = (title: string, text: string) => `${title.toUpperCase()}\n${text}`;

function counts(told: readonly Told[], alsoCounted = 0): string {
  const byNews = countBy(told, ({ severity, news }) => `${severity}, ${news}`);
  const others = alsoCounted === 0 ? [] : [`others of their groups: ${number(alsoCounted)}`];
  const lines = [`Incidents: ${number(told.length + alsoCounted)}`, ...byNews, ...others];
  const sources = countBy(told, ({ about }) => `source ${about.source}`);
  const rules = countBy(told, ({ about }) => `rule ${about.rule_id}`);
  return section('How many', [...lines, ...sources, ...rules].join('\n'));
}

/** `critical, began: 120`, the most frequent first. */
function countBy(told: readonly Told[], keyOf: (each: Told) => string): string[] {
  const counted = new Map<string, number>();
  for (const each of told) counted.set(keyOf(each), (counted.get(keyOf(each)) ?? 0) + 1);
  const all = [...counted].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const lines = all.slice(0, COUNTED).map(([key, count]) => `${key}: ${number(count)}`);
  return all.length > COUNTED ? [...lines, `and ${number(all.length - COUNTED)} more of these`] : lines;
}

function named(told: readonly Told[]): string {
  const worst = [...told].sort(worstFirst).slice(0, NAMED);
  const title = told.length > worst.length ? `The worst ${worst.length} of ${number(told.length)}` : 'Which';
  return section(title, worst.map(lineOf).join('\n'));
}

function lineOf({ incident_id, about, severity, news, isOver, at }: Told): string {
  const what = isOver
    ? `${subjectOf(about)} ${news}`
    : `${subjectOf(about)} ${news}: ${actualOf(about)}, ${stateOf(about)}, expected ${expectedOf(about)}`;
  return `${severity.toUpperCase()} ${oneLine(what, 300)}; ${instant(at)}; ${incident_id}`;
}

/** Burning before over, critical before warning, then by how far out, older before newer. */
function worstFirst(a: Told, b: Told): number {
  const rank = ({ isOver, severity, about }: Told) =>
    (isOver ? 4 : 0) + (severity === 'critical' ? 0 : 2) + (about.alarm_type.includes('-') ? 0 : 1);
  return (
    rank(a) - rank(b) ||
    excessOf(b.about) - excessOf(a.about) ||
    a.at.localeCompare(b.at) ||
    a.incident_id.localeCompare(b.incident_id)
  );
}

const NEWS: Readonly<Record<string, string>> = {
  opened: 'began',
  escalated: 'got worse',
  reminder: 'goes on',
  resolved: 'is over',
  digest: 'was to be told with others',
};

/** What a storm kept from having e-mails of its own. An incident of several messages is told of once, with the last. */
export function stormAlert(digestId: string, lines: readonly OutboxLine[], stage: string, now: Date): Alert {
  const told = [...lastOfEach(lines).values()];
  const times = lines.map(({ created_at }) => Date.parse(created_at));
  const within = span(now.getTime() - Math.min(...times));
  const ids = new Set(told.map(({ incident_id }) => incident_id));
  const alsoCounted = new Set(lines.flatMap(({ covers = [] }) => covers).filter((id) => !ids.has(id))).size;
  const all = number(told.length + alsoCounted);
  const burning = told.filter(({ isOver }) => !isOver).length;
  const isStorm = burning > 0;
  const noun = told.length === 1 ? 'incident' : 'incidents';
  return digestAlert(told, {
    alert_id: `${digestId}.1`,
    incident_id: digestId,
    sequence: 1,
    route: 'page',
    stage,
    alsoCounted,
    subject: isStorm
      ? `${all} ${noun} within ${within}, ${number(burning)} go on (${digestId})`
      : `${all} ${noun} of earlier digests ended (${digestId})`,
    headline: isStorm
      ? `${all} ${noun} had news within ${within}: too many for an e-mail each, so this one tells of all.\n` +
        `Still going on: ${number(burning)}. Over: ${number(told.length - burning)}.`
      : `Over: ${all} ${noun} that began in a digest, and so get no e-mails of their own.`,
  });
}

function lastOfEach(lines: readonly OutboxLine[]): Map<string, Told> {
  const told = new Map<string, Told>();
  const inOrder = [...lines].sort((a, b) => a.request.sequence - b.request.sequence);
  for (const { request, about, created_at } of inOrder) {
    if (about === undefined) continue;
    const { incident_id, kind } = request;
    const before = told.get(incident_id);
    const isOver = kind === 'resolved';
    const news = isOver && before !== undefined ? 'began and is over' : (NEWS[kind] ?? kind);
    // A clearing reading has no severity worth telling.
    const severity = isOver && before !== undefined ? before.severity : about.severity;
    told.set(incident_id, { incident_id, about, severity, news, isOver, at: created_at });
  }
  return told;
}

/** Incidents that are for the daily digest. @param digestId the same for the same day */
export function dailyAlert(
  digestId: string,
  incidents: readonly Incident[],
  { from, to }: { readonly from: string; readonly to: string },
  stage: string,
): Alert {
  const told = incidents.map((incident) => toldOf(incident));
  const open = told.filter(({ isOver }) => !isOver).length;
  const noun = told.length === 1 ? 'incident' : 'incidents';
  return digestAlert(told, {
    alert_id: `${digestId}.1`,
    incident_id: digestId,
    sequence: 1,
    route: 'digest',
    stage,
    subject: `${number(told.length)} ${noun} of the last day, ${number(open)} open (${digestId})`,
    headline:
      `Worth a look, but no e-mail of their own: ${number(told.length)} ${noun} from ${instant(from)} to ${instant(to)}.\n` +
      `Still open: ${number(open)}. Over: ${number(told.length - open)}.`,
  });
}

/** An incident as it is now. */
export function toldOf({ incident_id, worst, severity, status, opened_at }: Incident): Told {
  const isOver = status === 'resolved';
  const news = isOver ? 'was out of bounds and is over' : 'is out of bounds';
  return { incident_id, about: worst, severity, news, isOver, at: opened_at };
}
