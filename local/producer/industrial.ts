/**
 * A plant that tells up to 100 figures in one flat record every 10 seconds: 8 sensors are always there, most come and
 * go, some laboratory values come once an hour.
 */
import type { GeneratedInput, GeneratedRecord } from './generated.ts';
import { gaussian, type Random, seededRandom } from './random.ts';

/** Sensors that every record holds: usual value and noise. */
export const CORE_SENSORS: ReadonlyArray<readonly [name: string, usual: number, sigma: number]> = [
  ['REACTOR_TEMP', 180, 0.8],
  ['REACTOR_PRESSURE', 12, 0.08],
  ['REACTOR_LEVEL', 62, 0.5],
  ['FEED_FLOW', 240, 3],
  ['PRODUCT_FLOW', 225, 3],
  ['COOLANT_FLOW', 510, 5],
  ['COOLANT_TEMP', 24, 0.3],
  ['MOTOR_CURRENT', 41, 0.6],
];
const OTHERS = 84;
const HOURLY = 6;
/** Keys of a full record: time, plant, 8 + 84 + 6 figures. */
export const FULL_RECORD_KEYS = 2 + CORE_SENSORS.length + OTHERS + HOURLY;

export const INTERVAL_MS = 10_000;
const HOURS = 4;
const STEPS_AN_HOUR = 360;
/** The share of records in which one of the other sensors is missing. */
const ABSENT = 0.1;

export const PLANT = 'plant-1';

/** Steps at which something goes wrong, and for how long. */
const HOT = { from: 500, steps: 30 };
const BLOCKED = { from: 800, steps: 20, sensor: 'TI_007' };
const STUCK = { from: 1_000, steps: 60, sensor: 'COOLANT_TEMP' };
const SILENT = { from: 1_200, steps: 60, sensor: 'MOTOR_CURRENT' };

/** Four hours: the reactor gets too hot, a thermometer jumps, one sticks, one falls silent. Nothing else is wrong. */
export function plantRecords(seed: number, start: number): GeneratedInput {
  const random = seededRandom(seed);
  const records: GeneratedRecord[] = [];
  for (let step = 0; step < HOURS * STEPS_AN_HOUR; step++) {
    const time = start + step * INTERVAL_MS;
    records.push({
      time,
      partitionKey: PLANT,
      data: JSON.stringify({
        timestamp: new Date(time).toISOString(),
        plant: PLANT,
        ...figures(random, step),
      }),
    });
  }
  return {
    records,
    alarms: [
      { rule_id: 'reactor-temperature', entity: PLANT, metric: 'REACTOR_TEMP' },
      { rule_id: 'sensor-strays', entity: PLANT, metric: 'REACTOR_TEMP' },
      { rule_id: 'sensor-strays', entity: PLANT, metric: BLOCKED.sensor },
      { rule_id: 'sensor-stuck', entity: PLANT, metric: STUCK.sensor },
      { rule_id: 'sensor-missing', entity: PLANT, metric: SILENT.sensor },
    ],
  };
}

function figures(random: Random, step: number): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [name, usual, sigma] of CORE_SENSORS) {
    all[name] = thousandths(usual + gaussian(random) * sigma);
  }
  for (let sensor = 1; sensor <= OTHERS; sensor++) {
    const name = `TI_${String(sensor).padStart(3, '0')}`;
    const value = thousandths(40 + sensor + gaussian(random) * 0.4);
    if (random() >= ABSENT) all[name] = value;
  }
  if (step % STEPS_AN_HOUR === 0) {
    for (let sample = 1; sample <= HOURLY; sample++) {
      all[`LAB_${sample}`] = thousandths(5 + sample + gaussian(random) * 0.1);
    }
  }
  return withFaults(all, step);
}

function withFaults(all: Record<string, number>, step: number): Record<string, number> {
  const changed = { ...all };
  // Beyond High at 190, then beyond High-High at 200.
  if (isIn(HOT, step)) changed.REACTOR_TEMP = thousandths(192 + ((step - HOT.from) / HOT.steps) * 15);
  if (isIn(BLOCKED, step) && changed[BLOCKED.sensor] !== undefined) changed[BLOCKED.sensor] = 95;
  if (isIn(STUCK, step)) changed[STUCK.sensor] = 24.117;
  if (isIn(SILENT, step)) delete changed[SILENT.sensor];
  return changed;
}

function isIn({ from, steps }: { readonly from: number; readonly steps: number }, step: number): boolean {
  return step >= from && step < from + steps;
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
