/**
 * May this message leave now, or does it go into a digest? Pure: time is an argument.
 *
 * Two token buckets, each kept as one time: when it will be full again. One keeps below the channel's limit, one below what
 * people can read. A message that finds no token starts a storm; from then
 * on messages are parked, and the digest step folds them into one e-mail. Nobody waits for a token: senders that wait
 * would keep each other slow enough that no storm is ever seen, and one e-mail a second for hours is a flood.
 */
import type { AlertKind, AlertRequest } from '../../contracts/alert.ts';
import type { OutboxLine } from '../ports/outbox/port.ts';
import type { ChannelSettings } from './settings.ts';

/** What all senders share. Times are milliseconds since 1970. */
export interface Channel {
  /** Grows with each write; the condition of the next. */
  readonly version: number;
  /** When the bucket of the channel's limit is full again; each message moves it. */
  readonly full_at: number;
  /** The same of the bucket of what people can read. */
  readonly calm_at: number;
  /** Since when messages go into digests; null: each has an e-mail of its own. */
  readonly storm_since: number | null;
  readonly last_digest_at: number | null;
  /** The digest that is being written. Whoever finds it, ends it. */
  readonly digest_id: string | null;
  /** Until then one digest function works alone. */
  readonly busy_until: number;
}

export const emptyChannel: Channel = {
  version: 0,
  full_at: 0,
  calm_at: 0,
  storm_since: null,
  last_digest_at: null,
  digest_id: null,
  busy_until: 0,
};

/** Begins the ids of digests, as `T-` begins those of incidents. */
const DIGEST = 'D-';
export const isDigestId = (incidentId: string): boolean => incidentId.startsWith(DIGEST);
export const digestIdOf = (tenCharacters: string): string => `${DIGEST}${tenCharacters}`;

/** Why a message goes into a digest. */
export type ParkedBecause = 'storm' | 'behind-parked' | 'told-in-digest' | 'after-storm';

/** @property channel as it must be stored first; absent: as it is */
export type Admission =
  | {
      readonly action: 'send';
      readonly reason: 'no-mail' | 'has-token' | 'no-other-way';
      readonly channel?: Channel;
    }
  | { readonly action: 'park'; readonly reason: ParkedBecause; readonly channel?: Channel };

/** @param previous state of the line before it of the same incident */
export function admit(
  { kind, incident_id }: Pick<AlertRequest, 'kind' | 'incident_id'>,
  previous: OutboxLine['state'] | undefined,
  channel: Channel,
  settings: ChannelSettings,
  now: Date,
): Admission {
  // No address gets it: the subscriptions' filters keep it for its function.
  if (kind === 'heartbeat') return { action: 'send', reason: 'no-mail' };
  const at = now.getTime();
  // Digests and tests are few, and nothing could take their place.
  if (kind === 'test' || isDigestId(incident_id)) {
    return { action: 'send', reason: 'no-other-way', channel: withoutToken(channel, settings, at) };
  }
  if (previous === 'parked') return { action: 'park', reason: 'behind-parked' };
  // Its beginning had no e-mail of its own, so its end has none either.
  if (previous === 'in_digest' && kind === 'resolved') return { action: 'park', reason: 'told-in-digest' };
  if (channel.storm_since !== null) return { action: 'park', reason: 'storm' };
  if (canWait(kind) && at < nextDigestAt(channel, settings)) return { action: 'park', reason: 'after-storm' };
  if (freeTokens(channel, settings, at) >= 1) {
    return { action: 'send', reason: 'has-token', channel: withoutToken(channel, settings, at) };
  }
  return { action: 'park', reason: 'storm', channel: { ...channel, storm_since: at } };
}

const canWait = (kind: AlertKind): boolean => kind === 'resolved' || kind === 'reminder';

/** Milliseconds until a bucket has one token more. */
const perMail = ({ messagesPerSecond }: ChannelSettings): number => 1_000 / messagesPerSecond;
const perCalmMail = ({ calmMails, calmMinutes }: ChannelSettings): number =>
  (calmMinutes * 60_000) / calmMails;

function withoutToken(channel: Channel, settings: ChannelSettings, at: number): Channel {
  return {
    ...channel,
    full_at: Math.max(channel.full_at, at) + perMail(settings),
    calm_at: Math.max(channel.calm_at, at) + perCalmMail(settings),
  };
}

/** Messages that may leave now. */
function freeTokens({ full_at, calm_at }: Channel, settings: ChannelSettings, at: number): number {
  const left = (size: number, fullAt: number, each: number) => size - Math.max(0, fullAt - at) / each;
  const free = Math.min(
    left(settings.burst, full_at, perMail(settings)),
    left(settings.calmMails, calm_at, perCalmMail(settings)),
  );
  // Times are sums of fractions.
  return Math.floor(free + 1e-6);
}

function nextDigestAt({ last_digest_at }: Channel, { digestMinutes }: ChannelSettings): number {
  return last_digest_at === null ? 0 : last_digest_at + digestMinutes * 60_000;
}

/** A parked line, as far as the decision looks at it. */
export interface Parked {
  readonly parked_at: number;
  readonly because: ParkedBecause;
}

export type Fold =
  | {
      readonly action: 'rest';
      readonly reason: 'nothing-parked' | 'gathering' | 'too-soon';
      readonly channel?: Channel;
    }
  /** So few that each has an e-mail of its own after all. */
  | { readonly action: 'release'; readonly reason: 'few'; readonly channel: Channel }
  /** `channel`: as it is once the digest has been handed over. */
  | { readonly action: 'digest'; readonly reason: 'storm' | 'ends'; readonly channel: Channel };

/** What becomes of all that is parked. */
export function foldParked(
  parked: readonly Parked[],
  channel: Channel,
  settings: ChannelSettings,
  now: Date,
): Fold {
  const at = now.getTime();
  const calm = { ...channel, storm_since: null };
  const gatherMs = settings.gatherSeconds * 1_000;
  if (parked.length === 0) {
    const isOver = channel.storm_since !== null && at - channel.storm_since >= gatherMs;
    return { action: 'rest', reason: 'nothing-parked', ...(isOver && { channel: calm }) };
  }
  if (at - Math.min(...parked.map(({ parked_at }) => parked_at)) < gatherMs) {
    return { action: 'rest', reason: 'gathering' };
  }
  if (at < nextDigestAt(channel, settings)) return { action: 'rest', reason: 'too-soon' };
  const needMail = parked.filter(({ because }) => because !== 'told-in-digest');
  if (needMail.length === parked.length && parked.length <= freeTokens(channel, settings, at)) {
    return { action: 'release', reason: 'few', channel: calm };
  }
  // It still blows while more come than the bucket would let through.
  const recent = needMail.filter(({ parked_at }) => at - parked_at < gatherMs).length;
  const after = recent > settings.burst ? channel : calm;
  const reason = needMail.length === 0 ? 'ends' : 'storm';
  return { action: 'digest', reason, channel: { ...after, last_digest_at: at } };
}
