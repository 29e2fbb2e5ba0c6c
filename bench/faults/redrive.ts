/** `tocsin redrive`, without its command line: every dead letter is sent the way that it should have gone. */
import { eachLetter } from '../../cli/redrive/letters.ts';
import { replay } from '../../cli/redrive/replay.ts';
import type { LocalClients } from '../../local/clients.ts';
import { DEAD, type Resources } from './resources.ts';

const MOST = 10_000;

/** @returns how many letters went, and how many records and messages they were */
export async function redriveAll(
  clients: Pick<LocalClients, 'kinesis' | 'sqs'>,
  { queues, anomalies }: Resources,
): Promise<{ readonly letters: number; readonly records: number }> {
  const to = { requestsUrl: queues.requests, alertsUrl: queues.alerts, anomaliesStream: anomalies };
  let [letters, records] = [0, 0];
  for (const dead of DEAD) {
    const name = dead.replace(/-dead$/, '');
    await eachLetter(clients.sqs, { name, url: queues[dead] }, MOST, async (letter) => {
      const done = await replay(name, letter, clients, to, `redrive-${letters}`);
      if (done.outcome !== 'sent') return false;
      letters += 1;
      records += done.records;
      return true;
    });
  }
  return { letters, records };
}
