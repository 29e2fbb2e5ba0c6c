/** A generated week of card payments as the archive holds it: two shards, spikes, a burst, silence, late and bad records. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SourceConfig } from '../../../contracts/index.ts';
import { type ArchiveRow, archive } from '../../../lambdas/archive/archive.ts';
import { seededRandom } from '../../../local/producer/random.ts';
import { asRecord, type Transaction, TransactionMaker } from '../../../local/producer/transactions.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const USERS = ['user101', 'user102', 'user103', 'user104'] as const;

export interface WeekRecord {
  /** Time in the record, epoch ms. */
  readonly eventMs: number;
  readonly partitionKey: string;
  readonly data: string;
}

/**
 * Payments in the order in which they are put: each user pays every `minutes` minutes; one spikes each day and comes back
 * after an hour, one spikes on the third day and is never seen again, one pays 500 times within seconds, and one pays on
 * the fifth day what is little for others and much for him.
 */
export function weekOfPayments(seed: number, startMs: number, days = 7, minutes = 10): readonly WeekRecord[] {
  const maker = new TransactionMaker(seed);
  const random = seededRandom(seed);
  const records: WeekRecord[] = [];
  const add = (transaction: Transaction) =>
    records.push({ eventMs: transaction.timestamp, ...asRecord(transaction) });
  const endMs = startMs + days * 24 * HOUR_MS;
  for (let at = startMs; at < endMs; at += minutes * MINUTE_MS) {
    for (const user of USERS) add(maker.calm(at + Math.floor(random() * MINUTE_MS), user));
  }
  for (let day = 0; day < days; day++) {
    const at = startMs + day * 24 * HOUR_MS + 10 * HOUR_MS;
    for (let minute = 0; minute < 60; minute += 4) add(maker.spike(at + minute * MINUTE_MS, 'user201'));
    add(maker.calm(at + HOUR_MS, 'user201'));
  }
  add({ ...maker.calm(startMs + 4.5 * 24 * HOUR_MS, 'user102'), amount: 900 });
  add(maker.spike(startMs + 2.5 * 24 * HOUR_MS, 'user301'));
  const burst = startMs + 1.5 * 24 * HOUR_MS;
  for (let count = 0; count < 500; count++) add(maker.calm(burst + count * 10, 'user401'));
  for (let minute = 5; minute < 60; minute += 5) add(maker.calm(burst + minute * MINUTE_MS, 'user401'));
  records.push({ eventMs: startMs + HOUR_MS, partitionKey: 'user101', data: '{"userId":' });
  return records.sort((a, b) => a.eventMs - b.eventMs);
}

/** The rows that the archive would hold if each record had arrived a moment after its own time. */
export function archivedWeek(
  records: readonly WeekRecord[],
  sources: readonly SourceConfig[],
): ReadonlyArray<{ readonly row: ArchiveRow; readonly folder: string }> {
  return records.map((record, index) => {
    const shard = record.partitionKey.endsWith('1') ? 0 : 1;
    const { row, partition } = archive(
      {
        bytes: Buffer.from(record.data),
        arrivalMs: record.eventMs + 300,
        shardId: `shardId-00000000000${shard}`,
        sequenceNumber: `4967124${String(index).padStart(49, '0')}`,
      },
      'readings',
      sources,
    );
    return { row, folder: `source=${partition.source}/date=${partition.date}` };
  });
}

/** Writes them as Firehose does: in folders by source and date, in no order, one row twice. */
export async function writeArchive(
  rows: ReadonlyArray<{ readonly row: ArchiveRow; readonly folder: string }>,
  root: string,
): Promise<void> {
  const files = new Map<string, string[]>();
  for (const [index, { row, folder }] of rows.entries()) {
    const file = join(root, folder, `part-${index % 3}`);
    files.set(file, [JSON.stringify(row), ...(files.get(file) ?? [])]);
  }
  const [first] = files.values();
  if (first?.[0] !== undefined) first.push(first[0]);
  for (const [file, lines] of files) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${lines.join('\n')}\n`);
  }
}
