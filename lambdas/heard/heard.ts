/** How long a beat was under way. */
import { HeartbeatMessage } from '../../contracts/heartbeat.ts';
import { parseJson } from '../parse-json.ts';

export interface Heard {
  readonly beat_id: string;
  /** From the put on the input stream to the message, in ms. */
  readonly latency_ms: number;
}

/** @throws when the message is not a heartbeat's */
export function heard(message: string, now: Date): Heard {
  const { beat_id, sent_at } = parseJson(HeartbeatMessage, message, 'the heartbeat message');
  return { beat_id, latency_ms: Math.max(0, now.getTime() - Date.parse(sent_at)) };
}
