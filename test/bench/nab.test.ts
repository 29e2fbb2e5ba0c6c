import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { halvings } from '../../bench/nab/halves.ts';
import { report } from '../../bench/nab/report.ts';
import { scored } from '../../bench/nab/scorer.ts';
import { parseSeries, readScores, readSeries, readWindows } from '../../bench/nab/series.ts';
import { chooseThresholds } from '../../bench/nab/thresholds.ts';
import { madeSeries, writeMade } from './made-series.ts';

const FIVE_MINUTES = 5;

describe('recorded series', () => {
  it('are read with their windows and written with their scores', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-nab-'));
    const made = madeSeries();
    writeMade(folder, made);

    const series = readSeries(join(folder, 'data'));
    const windows = readWindows(join(folder, 'labels.json'), series);

    expect(series).toEqual(made.map((each) => each.series));
    expect([...windows.values()]).toEqual(made.map((each) => each.scored.windows));
    expect(readScores(join(folder, 'scores'), 'made/series-0.csv')).toEqual(made[0]?.scored.scores);
  });

  it('say which row is no reading', () => {
    expect(() => parseSeries('a.csv', 'timestamp,value\n2026-01-01 00:00:00,1\nyesterday,2\n')).toThrow(
      'a.csv, row 2: not a timestamp and a number, "yesterday,2"',
    );
  });
});

describe('thresholds', () => {
  it('let the anomalous rows through and not the others', () => {
    const windows = [{ first: 500, last: 600 }];
    const scores = Float64Array.from({ length: 1_000 }, (_, row) =>
      row >= 500 && row <= 600 ? 9 : (row % 50) / 10,
    );
    const { warn, page } = chooseThresholds([scored('a', scores, windows)]);

    expect(warn).toBeGreaterThan(4.5);
    expect(page).toBeGreaterThan(4.5);
    expect(page).toBeLessThanOrEqual(9);
  });
});

describe('the report', () => {
  it('counts e-mails a day and the delay from the start of a window', () => {
    const rows = 2 * 288 + 1;
    const scores = new Float64Array(rows);
    scores[200] = 9;
    scores[306] = 9;
    const timestamps = Array.from({ length: rows }, (_, row) =>
      new Date(Date.UTC(2026, 0, 1) + row * FIVE_MINUTES * 60_000).toISOString().slice(0, 19),
    );
    const series = { name: 'a', timestamps, values: timestamps };
    const reached = report([scored('a', scores, [{ first: 300, last: 399 }])], [series], {
      warn: 5,
      page: 8,
    });

    expect(reached.median_delay_minutes).toBe(6 * FIVE_MINUTES);
    expect(reached.median_delay_of_window).toBe(0.06);
    expect(reached.at_page).toMatchObject({ hits: 1, false_alarms: 1, missed: 0 });
    // The first 86 rows are not scored.
    expect(reached.emails_a_day_per_series).toBeCloseTo(2 / ((rows - 1 - 86) / 288), 10);
  });
});

describe('halvings', () => {
  const names = ['a/1.csv', 'a/2.csv', 'a/3.csv', 'b/1.csv', 'b/2.csv'];

  it('are the same ones each time, split every folder, and leave nothing out', () => {
    const all = halvings(names, 3);

    expect(all).toEqual(halvings(names, 3));
    for (const { training, judged } of all) {
      expect([...training, ...judged].sort()).toEqual(names);
      expect(judged.filter((name) => name.startsWith('b/'))).toHaveLength(1);
    }
  });
});
