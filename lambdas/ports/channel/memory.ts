/** The channel in this process: what tests of the steps run on. */
import { type Channel, emptyChannel } from '../../notify/channel.ts';
import type { ChannelStore, DigestDraft } from './port.ts';

export class MemoryChannel implements ChannelStore {
  #channel: Channel = emptyChannel;
  readonly #drafts = new Map<string, DigestDraft>();

  async read(): Promise<Channel> {
    return this.#channel;
  }

  async write(after: Channel): Promise<boolean> {
    if (after.version !== this.#channel.version + 1) return false;
    this.#channel = after;
    return true;
  }

  async putDraft(draft: DigestDraft): Promise<void> {
    this.#drafts.set(draft.digest_id, structuredClone(draft));
  }

  async draft(digestId: string): Promise<DigestDraft | undefined> {
    return this.#drafts.get(digestId);
  }
}
