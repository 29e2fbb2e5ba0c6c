/** Did the promises hold? One beginning told for each incident or one visible failure, nothing lost, no mail twice. */
import type { Incident } from '../../contracts/incident.ts';
import type { OutboxLine } from '../../lambdas/ports/outbox/port.ts';
import type { Mail } from './mailbox.ts';
import type { World } from './world.ts';

export interface Expected {
  /** Entities each of which must have exactly one incident. */
  readonly entities: ReadonlySet<string>;
  /** What was done to the pipeline, in numbers. */
  readonly injected: number;
  /** More mails than this are a flood. */
  readonly mostMails?: number;
  /** True where a fault may end in a visible failure. */
  readonly mayFailVisibly?: boolean;
  /** What else went wrong, by the scenario's own look. */
  readonly faults?: readonly string[];
}

export interface Verdict {
  readonly name: string;
  readonly injected: number;
  readonly incidents: number;
  readonly mails: number;
  readonly lost: number;
  readonly duplicate_mails: number;
  readonly visible_failure: boolean;
  readonly pass: boolean;
  /** False: the scenario itself came to no end, and shows nothing. */
  readonly complete: boolean;
  readonly seconds: number;
  /** Why it did not pass. */
  readonly faults: readonly string[];
}

/** What a scenario is judged by. */
export type Outcome = Pick<World, 'stored' | 'deadLetters' | 'unconfirmed' | 'redriven' | 'mails'>;

/** The verdict on a scenario that came to no end. */
export function ended(name: string, error: unknown, seconds: number): Verdict {
  const none = { injected: 0, incidents: 0, mails: 0, lost: 0, duplicate_mails: 0 };
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const faults = [`the scenario ended early: ${why.slice(0, 500)}`];
  return {
    name,
    ...none,
    visible_failure: false,
    pass: false,
    complete: false,
    seconds: Math.round(seconds),
    faults,
  };
}

export async function judge(
  name: string,
  world: Outcome,
  expected: Expected,
  seconds: number,
): Promise<Verdict> {
  const { incidents, lines } = await world.stored();
  const dead = await world.deadLetters();
  const failed = lines.filter(({ state }) => state === 'failed').length;
  const failures = dead + failed + world.unconfirmed + world.redriven;
  const visible_failure = failures > 0;
  const lost = lostOf(expected.entities, incidents, lines, world.mails);
  const twice = repeatedOf(world.mails);
  const isExcused =
    expected.mayFailVisibly === true && visible_failure && lost.length <= dead + failed + world.unconfirmed;
  const faults = [
    ...(lost.length > 0 && !isExcused
      ? [`lost: ${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ' …' : ''}`]
      : []),
    ...(twice.length > 0 ? [`mailed twice: ${twice.slice(0, 5).join(', ')}`] : []),
    ...(visible_failure && expected.mayFailVisibly !== true
      ? [
          `${dead + world.redriven} dead letters, ${failed} failed lines, ${world.unconfirmed} claims nobody confirmed`,
        ]
      : []),
    ...(world.mails.length > (expected.mostMails ?? Number.POSITIVE_INFINITY)
      ? [`${world.mails.length} mails`]
      : []),
    ...surplusOf(expected.entities, incidents),
    ...(expected.faults ?? []),
  ];
  return {
    name,
    injected: expected.injected,
    incidents: incidents.length,
    mails: world.mails.length,
    lost: lost.length,
    duplicate_mails: twice.length,
    visible_failure,
    pass: faults.length === 0,
    complete: true,
    seconds: Math.round(seconds),
    faults,
  };
}

/** Entities without an incident, and incidents whose beginning was neither mailed nor told in a digest that was mailed. */
function lostOf(
  entities: ReadonlySet<string>,
  incidents: readonly Incident[],
  lines: readonly OutboxLine[],
  mails: readonly Mail[],
): string[] {
  const mailed = new Set(mails.map(({ alert_id }) => alert_id));
  const told = new Set(mails.map(({ incident_id }) => incident_id));
  const covered = new Set(
    lines.flatMap(({ covers, request }) => (mailed.has(request.alert_id) ? (covers ?? []) : [])),
  );
  const byEntity = new Map(incidents.map((incident) => [incident.first.entity, incident]));
  const linesOf = new Map<string, OutboxLine[]>();
  for (const line of lines) {
    const { incident_id } = line.request;
    linesOf.set(incident_id, [...(linesOf.get(incident_id) ?? []), line]);
  }
  const isTold = ({ incident_id }: Incident): boolean =>
    covered.has(incident_id) ||
    (linesOf.get(incident_id) ?? []).some(
      ({ request, state, digest_id = '' }) =>
        mailed.has(request.alert_id) || (state === 'in_digest' && told.has(digest_id)),
    );
  return [...entities].filter((entity) => {
    const incident = byEntity.get(entity);
    return incident === undefined || !isTold(incident);
  });
}

/** Messages that came twice, and incidents whose beginning was told twice. */
function repeatedOf(mails: readonly Mail[]): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { alert_id, incident_id, kind } of mails) {
    for (const key of [alert_id, ...(kind === 'opened' ? [`opened ${incident_id}`] : [])]) {
      if (seen.has(key)) repeated.add(key);
      seen.add(key);
    }
  }
  return [...repeated];
}

/** Incidents that nothing should have opened, and entities with more than one. */
function surplusOf(entities: ReadonlySet<string>, incidents: readonly Incident[]): string[] {
  const counted = new Map<string, number>();
  for (const { first } of incidents) counted.set(first.entity, (counted.get(first.entity) ?? 0) + 1);
  const unknown = [...counted.keys()].filter((entity) => !entities.has(entity)).length;
  const many = [...counted.values()].filter((count) => count > 1).length;
  return [
    ...(unknown > 0 ? [`${unknown} incidents that nothing should have opened`] : []),
    ...(many > 0 ? [`${many} entities with more than one incident`] : []),
  ];
}
