/** `tocsin incidents silence`: no mail for what a matcher means; planned ahead, a maintenance window. */
import { randomBytes } from 'node:crypto';
import { Matcher, Silence } from '../../contracts/silence.ts';
import { tenCharacters } from '../../lambdas/incidents/ids.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { incidentStores, personOf } from '../incident-stores.ts';
import { silenceLine } from '../incident-text.ts';
import { endOf, instant } from '../when.ts';

export interface SilenceOptions {
  readonly list?: boolean;
  readonly end?: string;
  readonly match?: readonly string[];
  readonly from?: string;
  readonly for?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly by?: string;
}

/** Lists, ends or makes a silence. @throws CliError */
export async function silenceIncidents(context: CliContext, options: SilenceOptions): Promise<void> {
  const { circumstances } = await incidentStores(context);
  const now = new Date();
  if (options.list === true) {
    const silences = await circumstances.silences();
    const text = silences.map((each) => silenceLine(each, now)).join('\n');
    context.result(text || 'There is no silence.', { silences });
    return;
  }
  const silence =
    options.end === undefined
      ? newSilence(options, now)
      : ended(await circumstances.silences(), options.end, now);
  await circumstances.putSilence(silence);
  context.result(silenceLine(silence, now), { silence });
}

function newSilence(options: SilenceOptions, now: Date): Silence {
  const starts = options.from === undefined ? now : instant(options.from);
  const parsed = Silence.safeParse({
    silence_id: `S-${tenCharacters(randomBytes(16).toString('hex'))}`,
    starts_at: starts.toISOString(),
    ends_at: endOf(options, starts).toISOString(),
    matcher: matcherOf(options.match ?? []),
    created_by: personOf(options),
    created_at: now.toISOString(),
    reason: options.reason,
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CliError(
    `That is no silence: ${faults.join('; ')}. Example: --match source=sensors --for 2h --reason "…"`,
  );
}

/** It ends now; what burns still is mailed within a minute. */
function ended(silences: readonly Silence[], id: string, now: Date): Silence {
  const known = silences.find(({ silence_id }) => silence_id === id);
  if (known === undefined)
    throw new CliError(`There is no silence ${id}. tocsin incidents silence --list shows all.`);
  if (known.ends_at <= now.toISOString()) throw new CliError(`${id} ended at ${known.ends_at}.`);
  // One that has not begun is over before it starts.
  const starts_at =
    known.starts_at < now.toISOString() ? known.starts_at : new Date(now.getTime() - 1).toISOString();
  return { ...known, starts_at, ends_at: now.toISOString() };
}

/** `entity=pump-*`, `label:site=north`. */
function matcherOf(pairs: readonly string[]): Matcher {
  const labels: Record<string, string> = {};
  const names: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new CliError(`"${pair}" does not say what to match. Write name=pattern: --match entity=pump-*`);
    const [name, pattern] = [pair.slice(0, at), pair.slice(at + 1)];
    if (name.startsWith('label:')) labels[name.slice('label:'.length)] = pattern;
    else names[name] = pattern;
  }
  const parsed = Matcher.safeParse({ ...names, ...(Object.keys(labels).length > 0 && { labels }) });
  if (parsed.success) return parsed.data;
  throw new CliError(
    `That matches nothing: ${parsed.error.issues.map(({ message }) => message).join('; ')}. ` +
      'Names: source, entity, metric, rule, detector, severity, label:NAME.',
  );
}
