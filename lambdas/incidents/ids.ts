/** Names that are made from what they name, so that a replay makes the same ones. */
import { createHash } from 'node:crypto';
import type { Anomaly } from '../../contracts/anomaly.ts';

/** Letters and digits that people do not mistake for one another (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What makes two anomalies the same trouble: source, entity, metric, rule; never a value. 64 hexadecimal digits. */
export function fingerprintOf(anomaly: Pick<Anomaly, 'source' | 'entity' | 'metric' | 'rule_id'>): string {
  const parts = [anomaly.source, anomaly.entity, anomaly.metric, anomaly.rule_id];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The id of the incident that this anomaly opens: the same anomaly gives the same id. `T-` and ten characters. */
export function incidentIdOf(anomaly: Anomaly): string {
  return `T-${tenCharacters(`incident:${anomaly.anomaly_id}`)}`;
}

/** Ten characters that people can read out to each other, the same for the same text. */
export function tenCharacters(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from(bytes.subarray(0, 10), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
