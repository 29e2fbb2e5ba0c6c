/** A backtest finds what the live pipeline found: a generated week is put on a running stack, and its archive is replayed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { gather } from '../../cli/backtest/gather.ts';
import type { ReplayedMail } from '../../cli/backtest/incident-replay.ts';
import { replay } from '../../cli/backtest/replay.ts';
import { awsClients } from '../../cli/context.ts';
import { main } from '../../cli/main.ts';
import { putRecords } from '../../cli/put-records.ts';
import type { Anomaly, Incident } from '../../contracts/index.ts';
import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { Observer } from '../../local/observer.ts';
import { LocalRun, type LocalStack } from '../../local/stack.ts';
import { kindOf } from '../../local/summary.ts';
import { archivedWeek, type WeekRecord, weekOfPayments, writeArchive } from '../cli/backtest/week.ts';
import { startWarmJob } from './warm-job.ts';

const WEEK_MS = 7 * 86_400_000;
const everything = { fromMs: undefined, toMs: undefined };
const silent = () => undefined;
const byId = (one: Anomaly, other: Anomaly) => (one.anomaly_id < other.anomaly_id ? -1 : 1);

/** What both sides are compared by; times of decisions differ by the way from put to decision. */
const outcome = ({
  incident_id,
  fingerprint,
  severity,
  route,
  status,
  anomaly_count,
  sequence,
}: Incident) => ({ incident_id, fingerprint, severity, route, status, anomaly_count, sequence });

/** The body may name former incidents too. */
const incidentOf = (subject: string) => /\((T-[0-9A-Z]{10})\)/.exec(subject)?.[1];

async function within<T>(
  limitMs: number,
  look: () => Promise<T>,
  isEnough: (found: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  let found = await look();
  while (!isEnough(found) && Date.now() < deadline) {
    await sleep(500);
    found = await look();
  }
  return found;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-backtest-e2e-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the archive of a stack that ran', () => {
  const run = new LocalRun({ port: 4_650, inboxPort: 4_651, smtpPort: 4_652, say: silent });
  let stack: LocalStack;
  let observer: Observer;
  let week: readonly WeekRecord[];

  beforeAll(async () => {
    stack = await run.start();
    observer = new Observer(stack);
    await observer.start(silent);
    week = weekOfPayments(7, Date.now() - WEEK_MS, 7, 30);
    // One shard: a week within seconds runs through two at different speeds, and what is late then depends on the reads.
    const records = week.map(({ data }) => ({ partitionKey: 'week', data }));
    await putRecords(stack.clients.kinesis, stack.data.inputStreams[0] ?? '', records);
    await within(
      90_000,
      () => archivedNow(),
      (count) => count >= week.length,
    );
  });
  afterAll(() => run.stop());

  async function archivedNow(): Promise<number> {
    await observer.readArchive();
    return observer.archived.size;
  }

  it('gives a backtest the same anomalies, incidents and e-mails as the live pipeline', async () => {
    const { settings, rules, sources } = loadConfig({ stage: 'local' });
    const { s3 } = awsClients({ endpoint: stack.endpoint });
    const input = `s3://${stack.data.archiveBucket}`;
    const gathered = await gather({ input, range: everything, folder, s3, say: silent });
    expect(gathered.records).toBe(week.length);

    const anomalies: Anomaly[] = [];
    const incidents: Incident[] = [];
    const mails: ReplayedMail[] = [];
    const listener = {
      anomaly: (anomaly: Anomaly) => anomalies.push(anomaly),
      ended: (incident: Incident) => incidents.push(incident),
      mail: (mail: ReplayedMail) => mails.push(mail),
    };
    const replayed = await replay({
      gathered,
      rules,
      sources,
      settings,
      folder: join(folder, 'live'),
      log: join(folder, 'live.log'),
      listener,
    });
    expect(replayed.unreadable).toBe(1);

    const live = await within(
      30_000,
      async () => observer.anomalies,
      (found) => found.length >= anomalies.length,
    );
    expect([...live].sort(byId)).toEqual(anomalies.sort(byId));
    expect(new Set(anomalies.map(({ detector }) => detector))).toEqual(
      new Set(['limits', 'deviation', 'window']),
    );

    const wanted = mails.map(({ incident_id, kind }) => `${incident_id} ${kind}`).sort();
    const sent = () =>
      stack.mailbox.mails.map((mail) => `${incidentOf(mail.subject)} ${kindOf(mail)}`).sort();
    expect(
      await within(
        30_000,
        async () => sent(),
        (found) => found.length >= wanted.length,
      ),
    ).toEqual(wanted);

    const store = new DynamoDbIncidentStore({
      client: DynamoDBDocumentClient.from(stack.clients.dynamoDb),
      tableName: stack.data.incidentsTable,
      keepDays: settings.incidents.keepDays,
    });
    expect(await observer.countIncidents()).toBe(incidents.length);
    // The last renewals are folded a moment after the e-mails are out.
    const counted = (found: readonly (Incident | undefined)[]) =>
      found.reduce((sum, incident) => sum + (incident?.anomaly_count ?? 0), 0);
    const stored = await within(
      30_000,
      () => Promise.all(incidents.map(({ incident_id }) => store.get(incident_id))),
      (found) => counted(found) >= counted(incidents),
    );
    expect(stored.map((incident) => incident && outcome(incident))).toEqual(incidents.map(outcome));
  });

  it('warms a job that was not there, which then judges with the stream as the live one does', async () => {
    const before = [...observer.anomalies];
    const now = Date.now();
    const from = new Date(now - 3_600_000).toISOString();
    const to = new Date(now).toISOString();
    let told = '';
    const terminal = {
      out: () => undefined,
      err: (text: string) => (told += text),
      readInput: async () => '',
    };
    const place = ['--stage', 'local', '--endpoint', stack.endpoint];
    const clients = () => awsClients({ endpoint: stack.endpoint });
    const code = await main(['warm', '--from', from, '--to', to, ...place], { terminal, clients });
    if (code !== 0) throw new Error(told);

    const { job, anomalies } = await startWarmJob(stack, from, join(folder, 'warm'));
    try {
      // What the archive does not hold: it takes the sender's usual amounts to see that this one is none.
      const payment = JSON.parse(week.findLast(({ data }) => data.includes('"user104"'))?.data ?? '{}');
      const unusual = { ...payment, amount: 900, timestamp: Date.now() };
      const data = JSON.stringify(unusual);
      await putRecords(stack.clients.kinesis, stack.data.inputStreams[0] ?? '', [
        { partitionKey: 'week', data },
      ]);
      const ids = (found: readonly Anomaly[]) => found.map(({ anomaly_id }) => anomaly_id).sort();
      const live = await within(
        30_000,
        async () => ids(observer.anomalies),
        (found) => found.length > before.length,
      );
      const unusualOne = { detector: 'deviation', kind: 'raised', entity: 'user104', value: 900 };
      expect(observer.anomalies).toContainEqual(expect.objectContaining(unusualOne));
      expect(
        await within(
          60_000,
          async () => ids(anomalies),
          (found) => found.length >= live.length,
        ),
      ).toEqual(live);
    } finally {
      job.child.kill();
    }
  });
});

describe('tocsin backtest', () => {
  let archive: string;

  beforeAll(async () => {
    archive = join(folder, 'archive');
    const { sources } = loadConfig({ stage: 'dev' });
    await writeArchive(archivedWeek(weekOfPayments(1, Date.UTC(2026, 2, 2)), sources.sources), archive);
  });

  async function tocsin(...args: readonly string[]) {
    let [out, err] = ['', ''];
    const terminal = {
      out: (text: string) => {
        out += text;
      },
      err: (text: string) => {
        err += text;
      },
      readInput: async () => '',
    };
    const code = await main(['backtest', '--input', archive, ...args], { terminal, clients: awsClients });
    return { code, out, err };
  }

  it('finds in a generated week what was put there, and tells what a change of the rules would have done', async () => {
    const { rules } = JSON.parse(await readFile(join(__dirname, '..', '..', 'config', 'rules.json'), 'utf8'));
    const stricter = join(folder, 'stricter.json');
    const limit = { ...rules[0], high: 50, dead_band: 0 };
    delete limit.high_high;
    await writeFile(stricter, JSON.stringify({ rules: [limit, rules[2]] }));
    const { code, out, err } = await tocsin('--rules', 'config/rules.json', '--against', stricter, '--json');
    if (code !== 0) throw new Error(err);
    const result = JSON.parse(out);
    const [limits, unusual, burst] = result.rules.by_rule;
    // Each day's spike comes back after an hour; the one that never came back was resolved by quiet.
    expect(limits).toMatchObject({
      rule_id: 'transaction-amount-limit',
      incidents: 8,
      incidents_by_end: { cleared: 7, quiet: 1 },
      mails: 16,
      mails_by_kind: { opened: 8, resolved: 8 },
    });
    for (const rule of [unusual, burst]) {
      expect(rule).toMatchObject({ mails: 0, incidents_by_route: { digest: rule.incidents } });
      expect(rule.incidents).toBeGreaterThanOrEqual(1);
    }
    expect(result).toMatchObject({ duplicates: 1, rules: { unreadable: 1 } });
    expect(result.against.total.mails).toBeGreaterThan(100);
    expect(result.sentence).toBe(
      `This change would have sent 16 e-mails in 7 days instead of ${result.against.total.mails.toLocaleString('en')}.`,
    );
  });
});
