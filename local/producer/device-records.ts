/** The IoT devices of `devices.ts` as records, with the alarms that their plainest anomalies must raise. */
import { DEVICE_METRICS } from './device-anomalies.ts';
import { type LabelledReading, labelledReadings } from './devices.ts';
import type { GeneratedInput, GeneratedRecord } from './generated.ts';

/** Two devices for a day. */
const OPTIONS = { devices: 2, readingsPerDevice: 1_440, anomalousShare: 0.1 };

export function deviceRecords(seed: number, start: number): GeneratedInput {
  const readings = labelledReadings(seed, start, OPTIONS);
  const devices = new Set(readings.map(({ reading }) => reading.device_id));
  return {
    records: readings.map(asGenerated),
    // In a day each metric of each device spikes and sticks at least once.
    alarms: [...devices].flatMap((entity) =>
      DEVICE_METRICS.flatMap((metric) =>
        ['device-strays', 'device-stuck'].map((rule_id) => ({ rule_id, entity, metric })),
      ),
    ),
  };
}

export function asGenerated({ reading, time }: LabelledReading): GeneratedRecord {
  return { time, partitionKey: reading.device_id, data: JSON.stringify(reading) };
}
