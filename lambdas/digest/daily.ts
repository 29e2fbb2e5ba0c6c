/** The daily digest: incidents that are worth a look, but no e-mail of their own. One message a day, none when there are none. */
import { inParallel } from '../in-parallel.ts';
import { isActive } from '../incidents/hold.ts';
import { tenCharacters } from '../incidents/ids.ts';
import { isMatch, subjectOf } from '../incidents/matcher.ts';
import { digestIdOf } from '../notify/channel.ts';
import type { CircumstancesStore } from '../ports/circumstances/port.ts';
import type { IncidentStore } from '../ports/incident-store/port.ts';
import type { Outbox } from '../ports/outbox/port.ts';
import { dailyAlert } from '../triage/digest.ts';

const DAY_MS = 86_400_000;
const SIDE_BY_SIDE = 25;

export interface DailyParts {
  readonly store: Pick<IncidentStore, 'get' | 'warnedBetween'>;
  readonly circumstances: Pick<CircumstancesStore, 'silences'>;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly stage: string;
}

/** `told`: incidents in the digest; `silenced`: left out, because staff want no mail of them now. */
export interface DailyResult {
  readonly alert_id?: string;
  readonly told: number;
  readonly silenced: number;
}

/**
 * @param due when the digest is due; the day before it is told of. The same time makes the same message, so that a
 * second run sends none.
 */
export async function daily(parts: DailyParts, due: Date, now: Date): Promise<DailyResult> {
  const from = new Date(due.getTime() - DAY_MS);
  const ids = await parts.store.warnedBetween(from, due);
  const found = await inParallel(ids, SIDE_BY_SIDE, (id) => parts.store.get(id));
  // What pages by now has had its e-mail.
  const warnings = found.filter((each) => each !== undefined).filter(({ route }) => route === 'digest');
  const active = (await parts.circumstances.silences()).filter((silence) => isActive(silence, now));
  const told = warnings.filter(
    (incident) => !active.some((silence) => isMatch(silence.matcher, subjectOf(incident))),
  );
  const silenced = warnings.length - told.length;
  if (told.length === 0) return { told: 0, silenced };
  const digestId = digestIdOf(tenCharacters(`daily:${parts.stage}:${due.toISOString()}`));
  const day = { from: from.toISOString(), to: due.toISOString() };
  const alert = dailyAlert(digestId, told, day, parts.stage);
  await parts.outbox.put(alert, now);
  return { alert_id: alert.alert_id, told: told.length, silenced };
}

/** The newest time at which a digest was due. @param hour of the day, UTC */
export function lastDue(hour: number, now: Date): Date {
  const today = new Date(now);
  today.setUTCHours(hour, 0, 0, 0);
  return today.getTime() <= now.getTime() ? today : new Date(today.getTime() - DAY_MS);
}
