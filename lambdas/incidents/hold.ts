/** Why must a message wait, and until when? Pure: what surrounds the incident, and the time, are arguments. */
import type { Hold, Incident } from '../../contracts/incident.ts';
import type { Silence } from '../../contracts/silence.ts';
import { isGraverSeverity } from './compare.ts';
import { isMatch, type Subject, subjectOf } from './matcher.ts';
import { type InhibitRule, type NoiseSettings, plainSettings } from './settings.ts';

/** An unresolved incident that keeps others silent. */
export interface Parent {
  readonly incident_id: string;
  readonly subject: Subject;
}

/** Incidents that share e-mails. */
export interface Group {
  readonly key: string;
  /** When its last e-mail was decided. */
  readonly told_at: string;
  /** True when that e-mail opened the group: what follows waits the short time. */
  readonly is_first: boolean;
  /** The incidents that its last digest told of, and that digest. */
  readonly covers: readonly string[];
  readonly alert_id: string;
}

/** All beside the incident that a decision depends on. */
export interface Circumstances {
  readonly settings: NoiseSettings;
  /** That have not ended. */
  readonly silences: readonly Silence[];
  readonly parents: readonly Parent[];
  /** The incident's group, when it was mailed before. */
  readonly group: Group | undefined;
}

export const undisturbed: Circumstances = {
  settings: plainSettings,
  silences: [],
  parents: [],
  group: undefined,
};

/** A parent's end is not known beforehand: look again after this. */
const INHIBITED_MS = 60_000;

type Kind = Hold['kind'];
type Because = Pick<Hold, 'reason' | 'detail'> & { readonly until: number };

/** The hold of a message that must wait; undefined when it may leave now. The first reason that applies is named. */
export function holdFor(incident: Incident, kind: Kind, around: Circumstances, now: Date): Hold | undefined {
  const because =
    silenced(incident, around, now) ??
    snoozed(incident, now) ??
    (kind === 'resolved' ? settling(incident, around, now) : inhibited(incident, around, now)) ??
    (isGrouped(incident, kind) ? grouped(incident, around, now) : undefined);
  if (because === undefined) return undefined;
  const { hold } = incident;
  const isSame = hold?.reason === because.reason && hold.kind === kind;
  return {
    kind,
    reason: because.reason,
    detail: because.detail,
    since: isSame ? hold.since : now.toISOString(),
    until: new Date(because.until).toISOString(),
  };
}

/** Of several silences the one that ends last. */
function silenced(incident: Incident, { silences }: Circumstances, now: Date): Because | undefined {
  const subject = subjectOf(incident);
  const [longest] = silences
    .filter((silence) => isActive(silence, now) && isMatch(silence.matcher, subject))
    .sort((a, b) => b.ends_at.localeCompare(a.ends_at));
  if (longest === undefined) return undefined;
  const { silence_id, created_by, reason, ends_at } = longest;
  return {
    reason: 'silence',
    detail: `${silence_id} by ${created_by}: ${reason}`,
    until: Date.parse(ends_at),
  };
}

export function isActive({ starts_at, ends_at }: Silence, now: Date): boolean {
  return Date.parse(starts_at) <= now.getTime() && now.getTime() < Date.parse(ends_at);
}

/** A graver severity wakes; a number that changed, or a state farther out, does not. */
function snoozed({ status, snoozed_until, worst, told }: Incident, now: Date): Because | undefined {
  if (status !== 'snoozed' || snoozed_until === null || snoozed_until <= now.toISOString()) return undefined;
  if (told !== null && isGraverSeverity(worst.severity, told.severity)) return undefined;
  return { reason: 'snoozed', detail: `until ${snoozed_until}`, until: Date.parse(snoozed_until) };
}

/** An end that came by a clearing reading must hold for a while; that of a flapping alarm for longer. */
function settling(incident: Incident, { settings }: Circumstances, now: Date): Because | undefined {
  const { resolved_at, resolved_by } = incident;
  if (resolved_at === null || resolved_by !== 'cleared') return undefined;
  const isFlap = isFlapping(incident, settings, now);
  const wait = isFlap ? settings.flapping.windowSeconds : settings.settleSeconds;
  const until = Date.parse(resolved_at) + wait * 1_000;
  if (until <= now.getTime()) return undefined;
  return {
    reason: isFlap ? 'flapping' : 'settling',
    detail: isFlap ? `raised again ${incident.reopened_at.length} times` : `cleared at ${resolved_at}`,
    until,
  };
}

/** Raised again so often, so soon, that single ends and beginnings are no news. */
export function isFlapping({ reopened_at }: Incident, { flapping }: NoiseSettings, now: Date): boolean {
  const from = now.getTime() - flapping.windowSeconds * 1_000;
  return reopened_at.filter((at) => Date.parse(at) > from).length >= flapping.reopenings;
}

function inhibited(incident: Incident, { settings, parents }: Circumstances, now: Date): Because | undefined {
  const subject = subjectOf(incident);
  // What may be a parent by a rule is no child by it: two could keep each other silent for ever.
  const rules = settings.inhibit.filter((rule) => isMatch(rule.of, subject) && !isMatch(rule.by, subject));
  const parent = parents.find(
    (each) =>
      each.incident_id !== incident.incident_id &&
      rules.some((rule) => isMatch(rule.by, each.subject) && isSame(rule, each.subject, subject)),
  );
  if (parent === undefined) return undefined;
  return { reason: 'inhibited', detail: parent.incident_id, until: now.getTime() + INHIBITED_MS };
}

/** True when an unresolved incident of this subject keeps others silent. */
export function isParent(subject: Subject, { inhibit }: NoiseSettings): boolean {
  return inhibit.some((rule) => isMatch(rule.by, subject));
}

function isSame({ same }: InhibitRule, one: Subject, other: Subject): boolean {
  const textOf = (subject: Subject, name: string): string | undefined => {
    const fields: Readonly<Record<string, unknown>> = { ...subject };
    const value = name.startsWith('label:') ? subject.labels[name.slice('label:'.length)] : fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  return same.every((name) => {
    const value = textOf(one, name);
    return value !== undefined && value === textOf(other, name);
  });
}

/** What got worse leaves at once, and so does the end of what had a mail of its own. */
export function isGrouped({ told }: Incident, kind: Kind): boolean {
  return kind === 'opened' || kind === 'reminder' || (kind === 'resolved' && told?.in_digest === true);
}

/** The incidents that share e-mails have the same key. */
export function groupKeyOf({ latest }: Pick<Incident, 'latest'>, { groupBy }: NoiseSettings): string {
  const { source, entity, rule_id: rule } = latest;
  return JSON.stringify(groupBy.map((name) => [name, { source, entity, rule }[name]]));
}

function grouped({ hold }: Incident, { settings, group }: Circumstances, now: Date): Because | undefined {
  // It has waited for the others already: now they leave together.
  const hasWaited = hold?.reason === 'group' && Date.parse(hold.until) <= now.getTime();
  if (group === undefined || hasWaited) return undefined;
  const toldAt = Date.parse(group.told_at);
  const shortly = toldAt + settings.groupWaitSeconds * 1_000;
  const later = toldAt + settings.groupIntervalSeconds * 1_000;
  const until = group.is_first && now.getTime() < shortly ? shortly : later;
  if (until <= now.getTime()) return undefined;
  return { reason: 'group', detail: group.key, until };
}
