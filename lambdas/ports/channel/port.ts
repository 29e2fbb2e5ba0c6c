/** What all senders of a stage's channel share, and the digests on their way to it. Every adapter passes test/ports/channel-conformance. */
import type { Alert } from '../../../contracts/alert.ts';
import type { Channel } from '../../notify/channel.ts';

/** A digest before its lines are marked: kept, so that whoever finds it half done can end it. */
export interface DigestDraft {
  readonly digest_id: string;
  readonly alert: Alert;
  /** Ids of the messages that it tells of. */
  readonly covers: readonly string[];
}

export interface ChannelStore {
  read(): Promise<Channel>;
  /** Stores `after`, whose version is one above. False, and nothing stored, when somebody changed it since it was read. */
  write(after: Channel): Promise<boolean>;
  putDraft(draft: DigestDraft, now: Date): Promise<void>;
  draft(digestId: string): Promise<DigestDraft | undefined>;
}

/** The channel as it shall be stored in the place of what was read. */
export const next = (before: Channel, after: Channel): Channel => ({ ...after, version: before.version + 1 });
