/** One beat: a record that clears the last one, then a record that raises an anomaly. */
import { HeartbeatRecord } from '../../contracts/heartbeat.ts';

export interface InputStream {
  /** Puts a record behind the one with the number `after`. @returns its own number */
  put(record: HeartbeatRecord, after: string | undefined): Promise<string | undefined>;
}

/** @param beatId names the beat in the message that it ends as */
export async function beat(stream: InputStream, beatId: string, now: Date): Promise<void> {
  const record = (value: 0 | 1) =>
    HeartbeatRecord.parse({
      tocsin_heartbeat: 'whole-way',
      beat: value,
      beat_id: beatId,
      sent_at: now.toISOString(),
    });
  const cleared = await stream.put(record(0), undefined);
  await stream.put(record(1), cleared);
}
