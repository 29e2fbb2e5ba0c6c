/** How the product's own job scores the labelled set: the detectors of the example rules, with the settings of stage prod. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { runJob } from '../../cli/backtest/replay.ts';
import rules from '../../config/examples/iot-devices/rules.json' with { type: 'json' };
import sources from '../../config/examples/iot-devices/sources.json' with { type: 'json' };
import { RuleSet, SourceSet } from '../../contracts/index.ts';
import { prod } from '../../lib/config/prod.ts';
import { ROOT } from '../../local/paths.ts';
import { DEVICE_METRICS } from '../../local/producer/device-anomalies.ts';
import type { LabelledReading } from '../../local/producer/devices.ts';
import { writeReplay } from '../../local/producer/generated.ts';
import type { ScoredPoint } from './point-scores.ts';

const HERE = join(ROOT, 'bench', 'iot');

/** One line of the table point_scores. */
const PointScore = z.object({
  rule_id: z.string(),
  entity: z.string(),
  metric: z.string(),
  event_time: z.string(),
  score: z.number(),
});

/** Where a rule alarms. */
export const ALARM = 1;

/**
 * Each point's largest score of all rules and both metrics. A score is made of what came before the point alone, and
 * says how far the detector was from its alarm: 1 alarms.
 * @throws Error when the job did not score every metric of every point by every rule
 */
export async function productScores(readings: readonly LabelledReading[]): Promise<readonly ScoredPoint[]> {
  mkdirSync(join(ROOT, '.tocsin'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tocsin', 'iot-'));
  try {
    const sql = join(folder, 'sql');
    mkdirSync(sql);
    symlinkSync(join(ROOT, 'flink-sql', 'columns'), join(sql, 'columns'));
    symlinkSync(join(ROOT, 'flink-sql', 'views'), join(sql, 'views'));
    symlinkSync(join(HERE, 'sql', 'detectors'), join(sql, 'detectors'));
    const records = readings.map(({ reading, time }) => ({
      time,
      partitionKey: reading.device_id,
      data: JSON.stringify(reading),
    }));
    await runJob({
      gathered: await writeReplay(join(folder, 'records.jsonl'), records),
      rules: RuleSet.parse(rules),
      sources: SourceSet.parse(sources),
      settings: prod,
      folder,
      log: join(ROOT, '.tocsin', 'iot-flink.log'),
      tables: join(HERE, 'tables'),
      sql,
    });
    return joined(readings, join(folder, 'point_scores'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function joined(readings: readonly LabelledReading[], folder: string): readonly ScoredPoint[] {
  const largest = new Map<string, number>();
  let told = 0;
  for (const file of readdirSync(folder).filter((name) => name.startsWith('part-'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const { entity, event_time, score } = PointScore.parse(JSON.parse(line));
      const point = `${entity} ${event_time}`;
      largest.set(point, Math.max(largest.get(point) ?? 0, score));
      told += 1;
    }
  }
  const wanted = readings.length * DEVICE_METRICS.length * rules.rules.length;
  if (told !== wanted) throw new Error(`The job told ${told} scores of the ${wanted} that it should`);
  return readings.map(({ reading, anomaly }) => ({
    score: largest.get(`${reading.device_id} ${reading.timestamp}`) ?? 0,
    anomalous: anomaly !== undefined,
  }));
}
