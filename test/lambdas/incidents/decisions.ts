/** Decisions in a line, for tests of what holds a mail and what brings it. */
import type { Incident } from '../../../contracts/incident.ts';
import { type Circumstances, undisturbed } from '../../../lambdas/incidents/hold.ts';
import { type Changed, type Decision, fold } from '../../../lambdas/incidents/incidents.ts';
import type { NoiseSettings } from '../../../lambdas/incidents/settings.ts';
import { anomaly, at } from '../factories.ts';

export const nothing = { open: undefined, cleared: undefined };
export const known = (open: Incident) => ({ open, cleared: undefined });
export const settings = (given: Partial<NoiseSettings>): Circumstances => ({
  ...undisturbed,
  settings: { ...undisturbed.settings, ...given },
});
export const place = (number: number) => ({ sequence_number: String(10n ** 50n + BigInt(number)) });
export const deed = (time: string, around = undisturbed) => ({ who: 'm.keller', now: at(time), around });

export function changed(decision: Decision): Changed {
  if (!('incident' in decision)) throw new Error(`no change: ${decision.reason}`);
  return decision;
}
export const opened = (given = {}, around = undisturbed, time = '03:00:00.000') =>
  changed(fold(anomaly({ ...place(10), ...given }), nothing, at(time), around));
