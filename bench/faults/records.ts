/** Faults of the records: repeated, replayed, poisoned, out of order, of the wrong time. */
import { anomalyOf, clearedOf, entities, LIMIT_MS, type Scenario } from './scenario.ts';

/** So few that each has an e-mail of its own: the bucket holds five. */
const FEW = 4;

export const records: readonly Scenario[] = [
  {
    name: 'every anomaly sent five times',
    guard: 'seen-mark',
    run: async ({ start }) => {
      const world = await start();
      const all = entities(FEW);
      const raised = all.map((entity) => anomalyOf(entity));
      for (let time = 0; time < 5; time++) await world.put(raised);
      await world.idle(LIMIT_MS);
      const { incidents } = await world.stored();
      const counted = incidents.filter(({ anomaly_count }) => anomaly_count !== 1).length;
      const faults = counted > 0 ? [`${counted} incidents counted an anomaly more than once`] : [];
      return {
        world,
        expected: { entities: new Set(all), injected: raised.length * 4, mostMails: FEW, faults },
      };
    },
  },
  {
    name: 'the whole stream replayed',
    guard: 'replay-memory',
    run: async ({ start }) => {
      const world = await start();
      const all = entities(FEW);
      const stream = [
        ...all.map((entity) => anomalyOf(entity)),
        ...all.map((entity) =>
          anomalyOf(entity, { kind: 'escalated', severity: 'critical', alarm_type: 'High-High' }),
        ),
        ...all.map((entity) => clearedOf(entity)),
      ];
      await world.put(stream);
      await world.idle(LIMIT_MS);
      const isOver = () => world.mails.filter(({ kind }) => kind === 'resolved').length >= FEW;
      await world.until(isOver, LIMIT_MS / 3);
      await world.pass(12);
      const before = world.mails.length;
      await world.put(stream);
      await world.idle(LIMIT_MS);
      await world.pass(2);
      const more = world.mails.length - before;
      const faults = more > 0 ? [`${more} mails by the replay`] : [];
      return { world, expected: { entities: new Set(all), injected: stream.length, faults } };
    },
  },
  {
    name: 'poison in a batch',
    guard: 'own-grave',
    run: async ({ start }) => {
      const world = await start();
      const all = entities(FEW);
      const [first = '', ...rest] = all;
      await world.put([
        anomalyOf(first),
        'no anomaly',
        '{"anomaly_id":1}',
        ...rest.map((entity) => anomalyOf(entity)),
      ]);
      await world.idle(LIMIT_MS);
      const dead = await world.depth('anomalies-dead');
      const faults = dead === 2 ? [] : [`${dead} dead letters for 2 records`];
      return { world, expected: { entities: new Set(all), injected: 2, mayFailVisibly: dead === 2, faults } };
    },
  },
  {
    name: 'out of order, cleared before raised',
    guard: 'cleared-memory',
    run: async ({ start }) => {
      const world = await start();
      const all = entities(FEW);
      const raised = all.map((entity) => anomalyOf(entity));
      const cleared = all.map((entity) => clearedOf(entity));
      await world.put(cleared);
      await world.idle(LIMIT_MS);
      await world.put(raised);
      await world.idle(LIMIT_MS);
      return { world, expected: { entities: new Set(), injected: FEW, mostMails: 0 } };
    },
  },
  {
    name: 'clock an hour off',
    guard: 'own-clock',
    run: async ({ start }) => {
      const world = await start();
      const off = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
      const [fast = [], slow = []] = [entities(2, 'fast'), entities(2, 'slow')];
      await world.put(fast.map((entity) => anomalyOf(entity, { event_time: off(1) })));
      await world.put(slow.map((entity) => anomalyOf(entity, { event_time: off(-1), late: true })));
      await world.idle(LIMIT_MS);
      await world.pass(2);
      const { incidents } = await world.stored();
      const ended = incidents.filter(({ status }) => status === 'resolved').length;
      const faults = ended > 0 ? [`${ended} incidents were taken for quiet`] : [];
      return {
        world,
        expected: { entities: new Set([...fast, ...slow]), injected: 4, mostMails: 4, faults },
      };
    },
  },
  {
    name: '10,000 identical anomalies',
    guard: 'fingerprint',
    run: async ({ start, without }) => {
      const calls = { count: 0 };
      const model = {
        name: 'counting',
        analyse: async () => {
          calls.count += 1;
          const none = { causes: [], next_steps: [], gaps: [] };
          return {
            answer: {
              verdict: 'LIKELY' as const,
              severity: 'warning' as const,
              summary: 'One call.',
              ...none,
            },
          };
        },
      };
      const world = await start({ model, direct: true });
      const many = without === undefined ? 10_000 : 500;
      const all = Array.from({ length: many }, (_, index) =>
        anomalyOf('the-same', { kind: index === 0 ? 'raised' : 'renewed', value: 10_000 + (index % 50) }),
      );
      await world.put(all);
      await world.idle(LIMIT_MS * 8, 3_000);
      const { incidents } = await world.stored();
      const folded = incidents.reduce((sum, { anomaly_count }) => sum + anomaly_count, 0);
      const faults = [
        ...(calls.count > 1 ? [`${calls.count} calls of the text model`] : []),
        ...(folded === many ? [] : [`${folded} of ${many} anomalies were counted`]),
      ];
      return { world, expected: { entities: new Set(['the-same']), injected: many, mostMails: 1, faults } };
    },
  },
];
