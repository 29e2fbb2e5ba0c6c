/** A test as a timeline: what is sent when, and which e-mails must follow within which time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type OutgoingRecord, putRecords } from '../../cli/put-records.ts';
import { localClients } from '../../local/clients.ts';
import { mailsOf, type ReceivedMail } from './demo-process.ts';

/** A running demo. */
export interface Place {
  readonly endpoint: string;
  readonly inbox: string;
  readonly stream: string;
}

/** Which e-mails are meant: those that agree in all that is named. */
export interface MailMatch {
  readonly kind: 'opened' | 'resolved' | 'test';
  readonly entity: string;
}

type Step = { readonly atMs: number; readonly run: () => Promise<void> };

export const seconds = (count: number): number => count * 1_000;

/** Builds a timeline; nothing happens before `run`. Times count from there. */
export class Timeline {
  private readonly steps: Step[] = [];
  private readonly place: Place;
  private cursorMs = 0;

  constructor(place: Place) {
    this.place = place;
  }

  at(ms: number) {
    this.cursorMs = ms;
    return {
      send: (...records: ReadonlyArray<() => OutgoingRecord>) => {
        const { kinesis } = localClients(this.place.endpoint);
        this.steps.push({
          atMs: ms,
          run: async () => {
            await putRecords(
              kinesis,
              this.place.stream,
              records.map((make) => make()),
            );
          },
        });
      },
    };
  }

  /** Expectations count from the last `at`. */
  within(ms: number) {
    const from = this.cursorMs;
    return {
      expectMail: (match: MailMatch, ...words: readonly string[]) => {
        this.steps.push({ atMs: from, run: () => this.awaitMail(match, words, ms) });
      },
    };
  }

  /** Looks at the end of the timeline, `ms` after the last `at`. */
  afterwards(ms: number, look: (mails: readonly ReceivedMail[]) => void): void {
    this.steps.push({ atMs: this.cursorMs + ms, run: async () => look(await mailsOf(this.place.inbox)) });
  }

  /** Plays it: each step at its own time, whatever the others wait for. Fails with the first expectation that does not hold. */
  async run(): Promise<void> {
    await Promise.all(
      this.steps.map(async (step) => {
        await sleep(step.atMs);
        await step.run();
      }),
    );
  }

  private async awaitMail(match: MailMatch, words: readonly string[], limitMs: number): Promise<void> {
    const deadline = Date.now() + limitMs;
    let mails: readonly ReceivedMail[] = [];
    while (Date.now() < deadline) {
      mails = await mailsOf(this.place.inbox);
      const found = mails.filter((mail) => isMeant(mail, match));
      if (found.some((mail) => words.every((word) => `${mail.subject}\n${mail.text}`.includes(word)))) return;
      await sleep(100);
    }
    const seen = mails.map(
      (mail) => `${mail.headers['x-tocsin-kind']} ${mail.headers['x-tocsin-entity']}: ${mail.subject}`,
    );
    throw new Error(
      `No ${match.kind} e-mail about ${match.entity} (${words.join(', ')}) within ${limitMs} ms. There are:\n${seen.join('\n')}`,
    );
  }
}

export function isMeant(mail: ReceivedMail, { kind, entity }: MailMatch): boolean {
  return mail.headers['x-tocsin-kind'] === kind && mail.headers['x-tocsin-entity'] === entity;
}

/** A payment, made when it is sent. */
export const payment = (userId: string, amount: number) => (): OutgoingRecord => ({
  partitionKey: userId,
  data: JSON.stringify({
    userId,
    amount,
    timestamp: Date.now(),
    transactionId: 'txn-e2e',
    merchantId: 'm-1',
  }),
});

/** A payment that must be mailed. */
export const spike = (userId: string) => payment(userId, 12_345);
/** A payment like any other. */
export const calm = (userId: string) => payment(userId, 80);
