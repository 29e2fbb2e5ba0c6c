/** A `timestamp,value` file as live input: read as UTC, shifted so that it starts now, its pace multiplied by `speed`. */
import { basename } from 'node:path';
import { csvObjects } from '../../cli/csv.ts';
import { LocalRunFailed } from '../local-error.ts';
import type { PlannedRecord } from './seeded.ts';

/**
 * Plans the replay of a CSV text. At speed N both waits and event times are N times closer together, so that no event
 * time lies ahead of its arrival.
 * @throws LocalRunFailed that names the row that cannot be read
 */
export function replayPlan(csv: string, file: string, speed: number): readonly PlannedRecord[] {
  const series = basename(file).replace(/\.csv$/i, '');
  const rows = csvObjects(csv).map((row, index) => readRow(row, `${file}, row ${index + 2}`));
  const first = rows[0];
  if (first === undefined) throw new LocalRunFailed(`${file} has no row below its header timestamp,value`);
  return rows
    .map(({ time, value }) => ({ afterMs: Math.max(0, (time - first.time) / speed), value }))
    .sort((a, b) => a.afterMs - b.afterMs)
    .map(({ afterMs, value }) => ({
      afterMs,
      make: (dueAt) => ({
        partitionKey: series,
        data: JSON.stringify({ series, timestamp: dueAt, value }),
      }),
    }));
}

function readRow(row: Record<string, string | number>, where: string): { time: number; value: number } {
  const time = typeof row.timestamp === 'string' ? utcMs(row.timestamp) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new LocalRunFailed(`${where}: "timestamp" must be a time such as 2014-07-01 00:00:00`);
  }
  if (typeof row.value !== 'number') throw new LocalRunFailed(`${where}: "value" must be a number`);
  return { time, value: row.value };
}

/** Epoch ms of a text; UTC where it names no zone. */
function utcMs(text: string): number {
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso.includes('T') ? iso : `${iso}T00:00`}Z`);
}
