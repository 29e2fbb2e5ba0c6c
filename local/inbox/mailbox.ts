/** The received e-mails, in memory, newest last. */
import PostalMime from 'postal-mime';

export interface Mail {
  /** Number of its arrival, from 1. */
  readonly id: number;
  /** Epoch ms. */
  readonly receivedAt: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** The plain text part, as a mail program shows it. */
  readonly text: string;
  /** Header lines by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

type Listener = (mail: Mail) => void;

export class Mailbox {
  private readonly received: Mail[] = [];
  private readonly listeners = new Set<Listener>();

  get mails(): readonly Mail[] {
    return this.received;
  }

  /** Calls back with each e-mail that arrives from now on. */
  onMail(listener: Listener): void {
    this.listeners.add(listener);
  }

  /** Takes a raw message (RFC 5322). */
  async accept(raw: Buffer, to: string): Promise<Mail> {
    const receivedAt = Date.now();
    const parsed = await PostalMime.parse(raw);
    const from = parsed.from;
    const mail: Mail = {
      id: this.received.length + 1,
      receivedAt,
      from: from === undefined ? '' : `${from.name} <${from.address ?? ''}>`.trim(),
      to,
      subject: parsed.subject ?? '',
      text: (parsed.text ?? '').replaceAll('\r\n', '\n'),
      headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key, value])),
    };
    this.received.push(mail);
    for (const listener of this.listeners) listener(mail);
    return mail;
  }
}
