/** `--once`: a bounded input, put like any producer's, followed until everything that it must cause has been seen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observer } from './observer.ts';
import type { Producer } from './producer/producer.ts';
import type { PlannedRecord } from './producer/seeded.ts';
import type { LocalStack } from './stack.ts';
import { countLosses, kindOf, type Losses, lossesOf } from './summary.ts';

/** Time for the last mail and the last archived record after the last put. */
const SETTLE_LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 500;

export interface BoundedInput {
  readonly records: readonly PlannedRecord[];
  /** Entities that must get an opened e-mail and a resolved one; none for an input without an answer key. */
  readonly mustBeMailed: readonly string[];
}

export interface OnceOutcome {
  readonly losses: Losses;
  /** What was still missing when the time was up, in words; undefined when all was seen. */
  readonly missing: string | undefined;
}

/** Puts the input and waits for its effects, at most {@link SETTLE_LIMIT_MS} after the last put. */
export async function runOnce(
  stack: LocalStack,
  producer: Producer,
  observer: Observer,
  input: BoundedInput,
  say: (line: string) => void,
): Promise<OnceOutcome> {
  const { mails } = stack.mailbox;
  await producer.run(input.records, stack.signal);
  say(`All ${producer.log.length} records are on the stream.`);
  const deadline = Date.now() + SETTLE_LIMIT_MS;
  for (;;) {
    await observer.readArchive();
    const losses = lossesOf(producer, observer, mails, input.mustBeMailed);
    const unresolved = input.mustBeMailed.filter(
      (entity) =>
        !mails.some((mail) => kindOf(mail) === 'resolved' && mail.headers['x-tocsin-entity'] === entity),
    );
    if (countLosses(losses) === 0 && unresolved.length === 0) return { losses, missing: undefined };
    if (Date.now() >= deadline || stack.signal.aborted) {
      return { losses, missing: describe(losses, unresolved) };
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function describe({ unseen, unreported, unmailed }: Losses, unresolved: readonly string[]): string {
  const parts = [
    [unseen.length, `records are neither archived nor rejected (first: ${unseen[0]})`],
    [unreported.length, `unreadable records were not rejected (first: ${unreported[0]})`],
    [unmailed.length, `incidents were not mailed (${unmailed.join(', ')})`],
    [unresolved.length, `incidents got no resolved e-mail (${unresolved.join(', ')})`],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join('; ');
}
