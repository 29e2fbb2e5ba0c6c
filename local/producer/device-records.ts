/** The IoT devices of `devices.ts` as records, with the alarms that their plainest anomalies must raise. */
import { type LabelledReading, labelledReadings } from './devices.ts';
import type { GeneratedInput, GeneratedRecord } from './generated.ts';

/** Two devices for a day. */
const OPTIONS = { devices: 2, readingsPerDevice: 1_440, anomalousShare: 0.1 };

export function deviceRecords(seed: number, start: number): GeneratedInput {
  const readings = labelledReadings(seed, start, OPTIONS);
  const devices = new Set(readings.map(({ reading }) => reading.device_id));
  return {
    records: readings.map(asGenerated),
    // Both metrics of each device have a drop to 0, or a spike, and both stick at times.
    alarms: [...devices].flatMap((entity) =>
      ['temperature', 'humidity'].map((metric) => ({ rule_id: 'device-strays', entity, metric })),
    ),
  };
}

export function asGenerated({ reading, time }: LabelledReading): GeneratedRecord {
  return { time, partitionKey: reading.device_id, data: JSON.stringify(reading) };
}
