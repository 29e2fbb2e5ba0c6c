import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { main } from '../../cli/main.ts';
import { localClients } from '../../local/clients.ts';
import { DemoProcess, isAnswering, mailsOf } from './demo-process.ts';
import { calm, isMeant, type Place, seconds, spike, Timeline } from './timeline.ts';

const PORT = 4_633;
const NAB = process.env.NAB_DIR ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'nab');
const TAXI = join(NAB, 'data', 'realKnownCause', 'nyc_taxi.csv');
/** 215 days in about 40 seconds. */
const TAXI_SPEED = 460_000;
const TAXI_ROWS = 10_320;

/** The background document's two payments; their time lies in 2009. */
const fromBackground = (amount: number, id: string) => () => ({
  partitionKey: 'user001',
  data: `{"userId":"user001","amount":${amount.toFixed(1)},"timestamp":1234567890000,"transactionId":"${id}","merchantId":"merchant-001"}`,
});

describe('a running demo', () => {
  const hasTaxi = existsSync(TAXI);
  const input = hasTaxi ? ['--replay', TAXI, '--speed', String(TAXI_SPEED)] : ['--input', 'transactions'];
  const demo = new DemoProcess([
    ...input,
    '--port',
    String(PORT),
    '--inbox-port',
    '4634',
    '--smtp-port',
    '4635',
  ]);
  let place: Place;

  beforeAll(async () => {
    const ready = await demo.event('ready', seconds(200));
    place = { endpoint: String(ready.endpoint), inbox: String(ready.inbox), stream: String(ready.stream) };
  });
  afterAll(async () => {
    await demo.interrupt();
  });

  it('mails a spike once, and once more when it is over', async () => {
    const timeline = new Timeline(place);
    timeline.at(seconds(0)).send(calm('pump-7'));
    timeline.at(seconds(1)).send(spike('pump-7'));
    timeline.within(seconds(15)).expectMail({ kind: 'opened', entity: 'pump-7' }, '12,345');
    timeline.at(seconds(3)).send(spike('pump-7'));
    timeline.at(seconds(4)).send(calm('pump-7'));
    timeline.within(seconds(15)).expectMail({ kind: 'resolved', entity: 'pump-7' });
    // Not before the time that the first mail of a cold start may take.
    timeline.afterwards(seconds(15), (mails) => {
      expect(mails.filter((mail) => isMeant(mail, { kind: 'opened', entity: 'pump-7' }))).toHaveLength(1);
    });
    await timeline.run();
  });

  it('shows the anomalies in the metric AnomalyCount', async () => {
    const { cloudWatch } = localClients(place.endpoint);
    const count = async (severity: string) => {
      const { Datapoints: points = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AnomalyDetection',
          MetricName: 'AnomalyCount',
          Dimensions: [{ Name: 'severity', Value: severity }],
          StartTime: new Date(Date.now() - seconds(3_600)),
          EndTime: new Date(Date.now() + seconds(60)),
          Period: 300,
          Statistics: ['Sum'],
        }),
      );
      return points.reduce((sum, point) => sum + (point.Sum ?? 0), 0);
    };
    const both = async () => (await count('warning')) + (await count('critical'));
    const deadline = Date.now() + seconds(20);
    // The spike of the timeline before was raised and cleared.
    while ((await both()) < 2 && Date.now() < deadline) await sleep(500);
    expect(await both()).toBeGreaterThanOrEqual(2);
  });

  it("gives exactly one opened e-mail, about the 10,000, for the background's two payments from 2009", async () => {
    const timeline = new Timeline(place);
    timeline.at(seconds(0)).send(fromBackground(100, 'txn-001'));
    timeline.at(seconds(1)).send(fromBackground(10_000, 'txn-002'));
    timeline.within(seconds(15)).expectMail({ kind: 'opened', entity: 'user001' }, '10,000');
    timeline.afterwards(seconds(8), (mails) => {
      expect(mails.filter((mail) => isMeant(mail, { kind: 'opened', entity: 'user001' }))).toHaveLength(1);
    });
    await timeline.run();
  });

  it('holds the mail of a silenced entity, and sends it when the silence is over and it still burns', async () => {
    const terminal = { out: () => undefined, err: () => undefined, readInput: async () => '' };
    const { awsClients } = await import('../../cli/context.ts');
    const local = ['--stage', 'local', '--endpoint', place.endpoint];
    const match = ['--match', 'entity=pump-8', '--for', '15s', '--reason', 'test'];
    expect(await main(['incidents', 'silence', ...match, ...local], { terminal, clients: awsClients })).toBe(
      0,
    );
    const silent = new Timeline(place);
    silent.at(seconds(1.5)).send(spike('pump-8'));
    silent.afterwards(seconds(8), (mails) => {
      expect(mails.filter((mail) => isMeant(mail, { kind: 'opened', entity: 'pump-8' }))).toEqual([]);
    });
    await silent.run();
    const over = new Timeline(place);
    over.within(seconds(30)).expectMail({ kind: 'opened', entity: 'pump-8' }, '12,345');
    await over.run();
  });

  it('delivers a test alert of the tocsin command', async () => {
    const terminal = { out: () => undefined, err: () => undefined, readInput: async () => '' };
    const { awsClients } = await import('../../cli/context.ts');
    const args = ['test-alert', '--stage', 'local', '--endpoint', place.endpoint];
    expect(await main(args, { terminal, clients: awsClients })).toBe(0);
    const timeline = new Timeline(place);
    timeline
      .within(seconds(15))
      .expectMail({ kind: 'test', entity: 'tocsin-test-alert' }, 'Nothing is wrong');
    await timeline.run();
  });

  it('counts every reading of a replayed series and loses none', async () => {
    if (!hasTaxi) {
      console.warn(`Skipped: ${TAXI} is not there. Set NAB_DIR to a folder that holds data/realKnownCause.`);
      return;
    }
    const replayed = await demo.event('replayed', seconds(150));
    expect(replayed).toMatchObject({ records_in: TAXI_ROWS, lost: 0 });
  });

  it('ends with Ctrl-C, with everything that it started', async () => {
    expect(await mailsOf(place.inbox)).not.toHaveLength(0);
    expect(await demo.interrupt()).toBe(0);
    for (const port of [PORT, 4_634, 4_635]) expect(await isAnswering(port)).toBe(false);
  });
});
