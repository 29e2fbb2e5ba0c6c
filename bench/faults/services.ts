/** Faults of the services: throttled, repeated, down, or silent about what they did. */
import { anomalyOf, entities, LIMIT_MS, type Scenario } from './scenario.ts';

/** Numbers from 0 to 1 that look random and are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const FEW = 4;
const MANY = 60;

export const services: readonly Scenario[] = [
  {
    name: 'DynamoDB throttled 30 %',
    guard: 'partial-failures',
    run: async ({ start, proxy }) => {
      const world = await start();
      const all = entities(MANY);
      const random = seeded(7);
      proxy.fault = ({ operation }) => {
        if (!operation.startsWith('DynamoDB.')) return undefined;
        return random() < 0.3
          ? { kind: 'refuse', status: 400, code: 'ProvisionedThroughputExceededException' }
          : undefined;
      };
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.until(async () => (await world.stored()).incidents.length === MANY, LIMIT_MS);
      await world.idle(LIMIT_MS);
      const { injected } = proxy;
      proxy.clear();
      await world.redrive();
      await world.pass(12);
      const { incidents } = await world.stored();
      const missing = MANY - incidents.length;
      const faults = missing > 0 ? [`${missing} anomalies are in no incident, redriven or not`] : [];
      return { world, expected: { entities: new Set(all), injected, mayFailVisibly: true, faults } };
    },
  },
  {
    name: 'SQS duplicates',
    guard: 'claim',
    run: async ({ start }) => {
      const world = await start({ twice: true });
      const all = entities(FEW);
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.idle(LIMIT_MS);
      return { world, expected: { entities: new Set(all), injected: FEW, mostMails: FEW } };
    },
  },
  {
    name: 'SNS down 60 s',
    guard: 'give-back',
    run: async ({ start, proxy, scale }) => {
      const world = await start();
      const all = entities(FEW);
      // From the first message on.
      let until: number | undefined;
      proxy.fault = ({ operation }) => {
        if (operation !== 'SNS.Publish') return undefined;
        until ??= Date.now() + 60_000 / scale;
        return Date.now() < until ? { kind: 'refuse', status: 503, code: 'ServiceUnavailable' } : undefined;
      };
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.until(() => world.mails.length === FEW, LIMIT_MS);
      await world.idle(LIMIT_MS);
      const { injected } = proxy;
      return { world, expected: { entities: new Set(all), injected, mostMails: FEW } };
    },
  },
  {
    name: 'SNS sends and does not say so',
    guard: 'unknown-stays',
    run: async ({ start, proxy }) => {
      const world = await start();
      const all = entities(FEW);
      let cut = 0;
      proxy.fault = ({ operation }) => {
        if (operation !== 'SNS.Publish' || cut >= 2) return undefined;
        cut += 1;
        return { kind: 'cut' };
      };
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.idle(LIMIT_MS);
      await world.pass(7);
      const faults =
        world.unconfirmed === cut ? [] : [`${world.unconfirmed} of ${cut} unknown outcomes were reported`];
      return {
        world,
        expected: { entities: new Set(all), injected: cut, mostMails: FEW, mayFailVisibly: true, faults },
      };
    },
  },
];
