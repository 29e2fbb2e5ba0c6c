/** An access log: people who log in, now and then with a wrong password, and fetch files; one who guesses, one who copies all. */
import { type GeneratedInput, type GeneratedRecord, inOrderOfTime } from './generated.ts';
import { between, pick, type Random, seededRandom } from './random.ts';

const HOURS = 2;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const USERS = ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn'] as const;
const PATHS = ['/', '/reports', '/invoices', '/help'] as const;
const GUESSER = 'mallory';
const GUESSES = 40;
const COPIER = 'dan';
const COPIED_FILES = 30;
const MEGABYTE = 1_000_000;

/** Two hours of requests. */
export function accessLog(seed: number, start: number): GeneratedInput {
  const random = seededRandom(seed);
  const records: GeneratedRecord[] = [];
  for (const user of USERS) {
    for (let at = start; at < start + HOURS * HOUR_MS; at += between(random, 10_000, 90_000)) {
      const time = Math.floor(at);
      const roll = random();
      if (roll < 0.04) records.push(login(random, time, user, 'failure'));
      else if (roll < 0.1) records.push(login(random, time, user, 'success'));
      else records.push(fetched(random, time, user, Math.floor(between(random, 2_000, 400_000))));
    }
  }
  const guessing = start + HOUR_MS + 10 * MINUTE_MS;
  for (let guess = 0; guess < GUESSES; guess++) {
    records.push(login(random, guessing + guess * 1_200, GUESSER, 'failure'));
  }
  const copying = start + HOUR_MS + 30 * MINUTE_MS;
  for (let file = 0; file < COPIED_FILES; file++) {
    records.push(
      fetched(random, copying + file * 1_500, COPIER, Math.floor(between(random, 20, 40) * MEGABYTE)),
    );
  }
  return {
    records: inOrderOfTime(records),
    alarms: [
      { rule_id: 'failed-logins-burst', entity: GUESSER, metric: 'failed_logins' },
      { rule_id: 'bytes-copied', entity: COPIER, metric: 'bytes' },
    ],
  };
}

function login(random: Random, time: number, user: string, outcome: 'success' | 'failure'): GeneratedRecord {
  return line(random, time, user, { action: 'login', outcome, path: '/login', bytes: 512 });
}

function fetched(random: Random, time: number, user: string, bytes: number): GeneratedRecord {
  return line(random, time, user, { action: 'get', outcome: 'success', path: pick(random, PATHS), bytes });
}

function line(random: Random, time: number, user: string, request: object): GeneratedRecord {
  const client_ip = `203.0.113.${Math.floor(random() * 254) + 1}`;
  return {
    time,
    partitionKey: user,
    data: JSON.stringify({ time: new Date(time).toISOString(), user, client_ip, ...request }),
  };
}
