import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toldAnomalies } from '../../../cli/backtest/told.ts';
import type { Anomaly } from '../../../contracts/index.ts';
import { anomaly } from '../../lambdas/factories.ts';

const instant = (time: string) => `2026-03-01T${time}.000Z`;
const ofRecord = (entity: string, arrival: string) =>
  anomaly({ entity, arrival_time: instant(arrival), event_time: instant(arrival) });
const ofWindow = (entity: string, end: string, arrival: string) =>
  anomaly({
    entity,
    sequence_number: null,
    shard_id: null,
    stream: null,
    window_start: instant('10:00:00'),
    window_end: instant(end),
    arrival_time: instant(arrival),
    event_time: instant(arrival),
  });

/** Entity and time of what is told. @param clock since when, until when, and to what the watermark went with the clock */
async function told(
  files: Readonly<Record<string, readonly Anomaly[]>>,
  clock: ReadonlyArray<[string, string, string]>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-told-'));
  try {
    await mkdir(join(folder, 'anomalies'));
    for (const [name, anomalies] of Object.entries(files)) {
      const text = anomalies.map((each) => `${JSON.stringify(each)}\n`).join('');
      await writeFile(join(folder, 'anomalies', name), text);
    }
    const lines = clock.map((times) => `${times.map((time) => Date.parse(instant(time))).join('\t')}\n`);
    await writeFile(join(folder, 'clock.tsv'), lines.join(''));
    const all: string[] = [];
    for await (const { anomaly: each, atMs } of toldAnomalies(
      join(folder, 'anomalies'),
      join(folder, 'clock.tsv'),
    )) {
      all.push(`${each.entity} ${new Date(atMs).toISOString().slice(11, 19)}`);
    }
    return all;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('what a replay told', () => {
  it('comes in the order of time from all detectors', async () => {
    const files = {
      'part-a-0-0': [ofRecord('one', '10:00:00'), ofRecord('three', '10:02:00')],
      'part-b-0-0': [ofRecord('two', '10:01:00')],
    };
    expect(await told(files, [])).toEqual(['one 10:00:00', 'two 10:01:00', 'three 10:02:00']);
  });

  it('comes from the files of one writer by their numbers', async () => {
    const files = {
      'part-a-0-10': [ofRecord('last', '10:00:00')],
      'part-a-0-9': [ofRecord('first', '10:00:00')],
      '.part-a-0-11.inprogress': [ofRecord('never', '10:00:00')],
    };
    expect(await told(files, [])).toEqual(['first 10:00:00', 'last 10:00:00']);
  });

  it('was told of a window when the watermark passed its end, not when its last record came', async () => {
    const files = { 'part-w-0-0': [ofWindow('pump', '10:01:00', '10:00:30')] };
    const clock: Array<[string, string, string]> = [
      ['10:00:35', '10:00:35', '10:00:25'],
      ['10:01:20', '10:01:20', '10:01:05'],
    ];
    expect(await told(files, clock)).toEqual(['pump 10:01:20']);
  });

  it('was told in a silence at the step of the clock that passed the window', async () => {
    const files = {
      'part-w-0-0': [ofWindow('pump', '10:01:00', '10:00:30'), ofWindow('pump', '10:02:00', '10:00:30')],
    };
    const clock: Array<[string, string, string]> = [['10:00:40', '10:03:10', '10:03:00']];
    expect(await told(files, clock)).toEqual(['pump 10:01:09', 'pump 10:02:09']);
  });

  it('is nothing where the job said nothing', async () => {
    expect(await told({}, [])).toEqual([]);
  });
});
