/** Puts records on the input stream as they fall due, and keeps a log of what Kinesis took. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { type OutgoingRecord, type PutReceipt, putRecords } from '../../cli/put-records.ts';
import type { PlannedRecord } from './seeded.ts';

/** A planned record that Kinesis took. */
export interface LoggedPut extends PutReceipt {
  readonly planned?: PlannedRecord;
}

/** Most records of one call. */
const MAX_BATCH = 500;

export class Producer {
  /** Every record that was taken, in the order of the calls. */
  readonly log: LoggedPut[] = [];
  private readonly kinesis: KinesisClient;
  private readonly streamName: string;

  constructor(kinesis: KinesisClient, streamName: string) {
    this.kinesis = kinesis;
    this.streamName = streamName;
  }

  /** Puts a plan's records when each is due, until the last or until aborted. */
  async run(plan: readonly PlannedRecord[], signal: AbortSignal): Promise<void> {
    const started = Date.now();
    let next = 0;
    while (next < plan.length && !signal.aborted) {
      const elapsed = Date.now() - started;
      const rest = plan.slice(next, next + MAX_BATCH);
      const notYet = rest.findIndex((planned) => planned.afterMs > elapsed);
      const due = notYet === -1 ? rest : rest.slice(0, notYet);
      next += due.length;
      if (due.length > 0) await this.putPlanned(due, started);
      const wait = (plan[next]?.afterMs ?? 0) - (Date.now() - started);
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Puts records now. */
  async put(records: readonly OutgoingRecord[]): Promise<void> {
    await putRecords(this.kinesis, this.streamName, records, { onPut: (receipt) => this.log.push(receipt) });
  }

  private async putPlanned(due: readonly PlannedRecord[], started: number): Promise<void> {
    const planOf = new Map<OutgoingRecord, PlannedRecord>();
    const records = due.map((planned) => {
      const record = planned.make(Math.round(started + planned.afterMs));
      planOf.set(record, planned);
      return record;
    });
    await putRecords(this.kinesis, this.streamName, records, {
      onPut: (receipt) => {
        const planned = planOf.get(receipt.record);
        this.log.push(planned === undefined ? receipt : { ...receipt, planned });
      },
    });
  }
}
