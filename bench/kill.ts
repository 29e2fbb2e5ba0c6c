/**
 * What does a kill -9 in the middle of a burst cost? `npm run -s bench:kill`: the real jar with the product's SQL on the
 * emulator, 100,000 payments of 1,000 customers, three runs (`-- --runs N --records N` for others). Last line of standard output is JSON.
 *
 * Beside the job that is killed runs one that is not, on the same stream: both must say the same transitions.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { putRecords } from '../cli/put-records.ts';
import { localClients } from '../local/clients.ts';
import { startEmulator } from '../local/emulator.ts';
import { requireFreePorts } from '../local/ports.ts';
import { createStreams, KillableJob, newestCheckpoint, publishLocally, Transitions } from './kill-job.ts';
import { type Planned, paymentsOf, plan } from './kill-plan.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    records: { type: 'string', default: '100000' },
    port: { type: 'string', default: '4640' },
  },
});
const PORT = Number(values.port);
const RUNS = Number(values.runs);
const RECORDS = Number(values.records);
const CUSTOMERS = 1_000;
/** Share of the records that is on the stream when the job is killed. */
const KILL_AT = 0.45;
/** Share that is put and judged before the burst begins. */
const WARM_UP = 0.05;
const SETTLE_MS = 2_500;
const BATCH = 500;
const LIMIT_MS = 150_000;
/** Both jobs said all and nothing new for so long: nothing is on its way. */
const QUIET_MS = 5_000;

const say = (line: string) => console.error(line);

async function until(isTrue: () => boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`${otherwise} within ${LIMIT_MS / 1_000} s`);
    await sleep(20);
  }
}

async function run(number: number, folder: string) {
  const name = (what: string) => `kill-${number}-${what}`;
  const streams = { input: name('readings'), rejects: name('rejects') };
  const outputs = { killed: name('anomalies'), undisturbed: name('anomalies-undisturbed') };
  await createStreams(clients.kinesis, [...Object.values(streams), ...Object.values(outputs)]);
  const job = (output: keyof typeof outputs) =>
    new KillableJob({ endpoint, folder: join(folder, name(output)), ...streams, output: outputs[output] });
  const stop = new AbortController();
  const [killed, undisturbed] = [job('killed'), job('undisturbed')];
  try {
    const said = await Transitions.tap(clients.kinesis, outputs.killed, stop.signal);
    const truth = await Transitions.tap(clients.kinesis, outputs.undisturbed, stop.signal);
    await Promise.all([killed.start(), undisturbed.start()]);
    const planned = plan(RECORDS, CUSTOMERS, number);
    const expected = new Set<string>();
    let put = 0;
    const burst = async (part: readonly Planned[]) => {
      for (let from = 0; from < part.length; from += BATCH) {
        const batch = part.slice(from, from + BATCH);
        const receipts = await putRecords(clients.kinesis, streams.input, paymentsOf(batch));
        put += receipts.length;
        receipts.forEach((receipt, index) => {
          const kind = batch[index]?.expects;
          if (kind !== undefined) expected.add(`${kind} ${receipt.shardId} ${receipt.sequenceNumber}`);
        });
      }
    };
    // Both jobs are warm and have checkpoints behind records before the burst begins.
    const warmUp = Math.round(RECORDS * WARM_UP);
    await burst(planned.slice(0, warmUp));
    await until(() => said.holdsAll(expected) && truth.holdsAll(expected), 'the warm-up was not judged');
    await sleep(SETTLE_MS);
    const all = burst(planned.slice(warmUp));
    const saidWarm = said.messages;
    await until(() => put >= RECORDS * KILL_AT && said.messages > saidWarm, 'the burst was not judged');
    killed.kill();
    const [saidBefore, putBefore] = [said.messages, put];
    const checkpoint = newestCheckpoint(killed.checkpoints);
    say(
      `run ${number}: killed after ${put} records, ${saidBefore} messages, restored from ${checkpoint ?? 'nothing'}`,
    );
    // The stream goes on while the job is down.
    await Promise.all([all, killed.start({ checkpoint })]);
    const deadline = Date.now() + LIMIT_MS;
    const complete = () => said.holdsAll(expected) && truth.holdsAll(expected);
    const isQuiet = () => Math.min(said.quietMs(), truth.quietMs()) > QUIET_MS;
    while (Date.now() < deadline && !(complete() && isQuiet())) await sleep(100);
    const result = {
      sent: put,
      sent_before_kill: putBefore,
      expected: expected.size,
      missing: said.missing(expected),
      missing_undisturbed: truth.missing(expected),
      messages_before_kill: saidBefore,
      messages: said.messages,
      duplicates: said.messages - said.ids.size,
      transitions: said.ids.size,
      transitions_undisturbed: truth.ids.size,
      same_transitions: said.ids.size === truth.ids.size && [...truth.ids].every((id) => said.ids.has(id)),
      restored: checkpoint !== undefined,
    };
    say(`run ${number}: ${JSON.stringify(result)}`);
    return result;
  } finally {
    stop.abort();
    killed.kill();
    undisturbed.kill();
  }
}

await requireFreePorts([{ name: 'emulator', port: PORT, option: '--port' }]);
const folder = mkdtempSync(join(tmpdir(), 'tocsin-kill-'));
const { endpoint, child: emulator } = await startEmulator(PORT);
const clients = localClients(endpoint);
try {
  publishLocally(folder, writeFileSync);
  const runs = [];
  for (let number = 1; number <= RUNS; number++) runs.push(await run(number, folder));
  console.log(
    JSON.stringify({
      runs,
      missing: runs.reduce((sum, { missing }) => sum + missing, 0),
      duplicates: runs.map(({ duplicates }) => duplicates),
      same_transitions: runs.every((each) => each.same_transitions),
    }),
  );
  const isSound = runs.every(
    (each) => each.missing === 0 && each.same_transitions && each.restored && each.sent_before_kill < RECORDS,
  );
  process.exitCode = isSound ? 0 : 1;
} finally {
  emulator.kill();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
