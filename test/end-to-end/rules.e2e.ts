import { setTimeout as sleep } from 'node:timers/promises';
import { RuleSet } from '../../contracts/index.ts';
import { publishRules } from '../../lambdas/publish/publish.ts';
import { S3ConfigStore } from '../../lambdas/publish/s3-config-store.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { localClients } from '../../local/clients.ts';
import { dataOutputs } from '../../local/deploy.ts';
import { DemoProcess, mailsOf } from './demo-process.ts';
import { calm, isMeant, type Place, payment, seconds, spike, Timeline } from './timeline.ts';

const LIMIT_MS = 30_000;

describe('rules published while the job runs', () => {
  const demo = new DemoProcess([
    '--input',
    'transactions',
    '--port',
    '4643',
    '--inbox-port',
    '4644',
    '--smtp-port',
    '4645',
  ]);
  let place: Place;

  beforeAll(async () => {
    const ready = await demo.event('ready', seconds(200));
    place = { endpoint: String(ready.endpoint), inbox: String(ready.inbox), stream: String(ready.stream) };
  });
  afterAll(async () => {
    await demo.interrupt();
  });

  it('judge within 30 seconds, and what was open before is still known', async () => {
    const before = new Timeline(place);
    before.at(seconds(0)).send(spike('open-before'), payment('watched', 700));
    before.within(seconds(15)).expectMail({ kind: 'opened', entity: 'open-before' });
    await before.run();

    const { rules, settings } = loadConfig({ stage: 'local' });
    const clients = localClients(place.endpoint);
    const store = new S3ConfigStore((await dataOutputs(clients, settings)).configBucket, clients.s3);
    const mine = { id: 'watched-limit', kind: 'limits', source: 'transactions', metric: 'amount' };
    const changed = RuleSet.parse({
      rules: [...rules.rules, { ...mine, entity: 'watched', high: 500 }],
    });
    const published = Date.now();
    expect(await publishRules(store, JSON.stringify(changed))).toMatchObject({ reason: 'changed' });

    const opened = { kind: 'opened', entity: 'watched' } as const;
    while (!(await mailsOf(place.inbox)).some((mail) => isMeant(mail, opened))) {
      expect(Date.now() - published).toBeLessThan(LIMIT_MS);
      const again = new Timeline(place);
      again.at(0).send(payment('watched', 700));
      await again.run();
      await sleep(200);
    }
    console.info(`a changed rule was mailed about ${Date.now() - published} ms after its publication`);

    const after = new Timeline(place);
    after.at(seconds(0)).send(calm('open-before'));
    after.within(seconds(15)).expectMail({ kind: 'resolved', entity: 'open-before' });
    after.afterwards(seconds(3), (mails) => {
      expect(mails.filter((mail) => isMeant(mail, { kind: 'opened', entity: 'open-before' }))).toHaveLength(
        1,
      );
    });
    await after.run();
  });

  it('clear what a removed rule has open', async () => {
    const { rules, settings } = loadConfig({ stage: 'local' });
    const clients = localClients(place.endpoint);
    const store = new S3ConfigStore((await dataOutputs(clients, settings)).configBucket, clients.s3);
    await publishRules(store, JSON.stringify(rules));
    const timeline = new Timeline(place);
    // Still above the limit that was: only the rule's end can resolve it.
    timeline.at(seconds(8)).send(payment('watched', 700));
    timeline.within(seconds(15)).expectMail({ kind: 'resolved', entity: 'watched' });
    await timeline.run();
  });
});
