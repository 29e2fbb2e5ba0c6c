/** `tocsin incidents`: what staff do with incidents, through the same core as the functions. No console is needed. */
import * as z from 'zod';
import { type Incident, Resolution } from '../../contracts/incident.ts';
import { Severity } from '../../contracts/shared.ts';
import { byStaff, type Decide } from '../../lambdas/incidents/by-staff.ts';
import {
  acknowledge,
  CORRECTABLE,
  correct,
  NotPossible,
  resolve,
  snooze,
} from '../../lambdas/incidents/staff.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { type IncidentStores, incidentStores, personOf } from '../incident-stores.ts';
import { analysisReport, correctionLine, incidentLine, incidentReport } from '../incident-text.ts';
import { endOf } from '../when.ts';

export interface ListOptions {
  readonly severity?: string;
  readonly resolvedBy?: string;
  readonly modifiedBy?: string;
  readonly held?: boolean;
  readonly limit?: number;
}

export interface DeedOptions {
  readonly by?: string;
  readonly note?: string;
}

const LIMIT = 50;

/** Unresolved incidents, the critical first; or what a person resolved or corrected. @throws CliError */
export async function listIncidents(context: CliContext, options: ListOptions): Promise<void> {
  const stores = await incidentStores(context);
  const limit = options.limit ?? LIMIT;
  if (options.modifiedBy !== undefined) {
    const corrections = await stores.store.correctionsBy(options.modifiedBy, limit);
    const text = corrections.map(correctionLine).join('\n');
    context.result(text || `${options.modifiedBy} has corrected nothing.`, { corrections });
    return;
  }
  const incidents = await found(stores, options, limit);
  const now = new Date();
  const text = incidents.map((incident) => incidentLine(incident, now)).join('\n');
  context.result(text || 'There is no such incident.', { incidents });
}

async function found({ store }: IncidentStores, options: ListOptions, limit: number): Promise<Incident[]> {
  if (options.resolvedBy !== undefined) return [...(await store.resolvedBy(options.resolvedBy, limit))];
  const severities =
    options.severity === undefined
      ? (['critical', 'warning'] as const)
      : [oneOf(Severity.options, options.severity, 'severity')];
  const lists = await Promise.all(severities.map((severity) => store.unresolved(severity, limit)));
  const all = lists.flat();
  return (options.held === true ? all.filter(({ hold }) => hold !== null) : all).slice(0, limit);
}

/** One incident with its timeline, and what a text model said of it. @throws CliError when there is none of that id */
export async function showIncident(context: CliContext, incidentId: string): Promise<void> {
  const { store, analyses } = await incidentStores(context);
  const [incident, timeline, stored] = await Promise.all([
    store.get(incidentId),
    store.timelineOf(incidentId),
    analyses.find(incidentId),
  ]);
  if (incident === undefined) throw unknownIncident(incidentId);
  const report = incidentReport(incident, timeline, new Date());
  const text = stored === undefined ? report : `${report}\n\n${analysisReport(stored)}`;
  context.result(text, { incident, timeline, analysis: stored ?? null });
}

/** Somebody looks after it. @throws CliError */
export function ackIncident(context: CliContext, incidentId: string, options: DeedOptions): Promise<void> {
  const mine = deedOf(options);
  return deed(context, incidentId, (incident, at) => acknowledge(incident, { ...at, ...mine }));
}

/** No mail for a while. @throws CliError */
export function snoozeIncident(
  context: CliContext,
  incidentId: string,
  options: DeedOptions & { readonly for?: string; readonly until?: string },
): Promise<void> {
  const mine = deedOf(options);
  const until = endOf(options, new Date());
  return deed(context, incidentId, (incident, at) => snooze(incident, until, { ...at, ...mine }));
}

/** It is over, and what it was. @throws CliError */
export function resolveIncident(
  context: CliContext,
  incidentId: string,
  options: DeedOptions & { readonly as: string },
): Promise<void> {
  const resolution = oneOf(Resolution.options, options.as, 'resolution');
  const mine = deedOf(options);
  return deed(context, incidentId, (incident, at) => resolve(incident, resolution, { ...at, ...mine }));
}

/** A stored value becomes another. @throws CliError */
export function correctIncident(
  context: CliContext,
  incidentId: string,
  field: string,
  value: string,
  options: DeedOptions & { readonly reason: string },
): Promise<void> {
  const correctable = oneOf(CORRECTABLE, field, 'field that can be corrected');
  const { who } = deedOf(options);
  return deed(context, incidentId, (incident, at) =>
    correct(incident, correctable, value, { ...at, who, note: options.reason }),
  );
}

async function deed(context: CliContext, incidentId: string, decide: Decide): Promise<void> {
  const stores = await incidentStores(context);
  try {
    const { incident, action, say } = await byStaff(incidentId, stores, () => new Date(), decide);
    const mailed = say === undefined ? '' : ` A mail follows (${say}).`;
    context.result(`${incidentLine(incident, new Date())}${mailed}`, { action, say: say ?? null, incident });
  } catch (error) {
    if (error instanceof NotPossible) throw new CliError(`${error.message}.`);
    throw error;
  }
}

function deedOf(options: DeedOptions) {
  return { who: personOf(options), ...(options.note !== undefined && { note: options.note }) };
}

function oneOf<const T extends string>(choices: readonly T[], text: string, what: string): T {
  const parsed = z.enum(choices).safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(`"${text}" is no ${what}. Choose one: ${choices.join(', ')}.`);
}

function unknownIncident(id: string): CliError {
  return new CliError(`There is no incident ${id}. tocsin incidents list shows what is open.`);
}
