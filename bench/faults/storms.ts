/** More than anybody can read: thousands of entities at once, one that flaps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { scaledSettings } from './scaled.ts';
import { anomalyOf, clearedOf, entities, type Scenario } from './scenario.ts';

const MOST_MAILS = 20;
const MINUTE_MS = 60_000;
const BATCHES = 20;
/**
 * The emulator drains ten thousand incidents in minutes of its own, which the scale does not divide: in the storm it divides
 * the waits so many times less, or a digest would be due each few thousand.
 */
const STORM_SLOWER = 5;

export const storms: readonly Scenario[] = [
  {
    name: 'flapping 200 times in 10 minutes',
    guard: 'settling',
    run: async ({ start, scale, settings, without }) => {
      const { noise } = settings;
      const hasty = {
        ...noise,
        ...{ settleSeconds: 0, reopenSeconds: 0, groupWaitSeconds: 0, groupIntervalSeconds: 0 },
        flapping: { ...noise.flapping, reopenings: 1_000 },
      };
      const world = await start(without === 'settling' ? { noise: hasty } : {});
      const pauseMs = (10 * MINUTE_MS) / scale / 400;
      for (let flap = 0; flap < 200; flap++) {
        await world.put([anomalyOf('flapping')]);
        await sleep(pauseMs);
        await world.put([clearedOf('flapping')]);
        await sleep(pauseMs);
      }
      // It has ended when it has held still for the whole window.
      const isOver = await world.until(
        () => world.mails.some(({ kind }) => kind === 'resolved'),
        noise.flapping.windowSeconds * 1_000 + MINUTE_MS,
      );
      await world.idle(MINUTE_MS);
      const faults = isOver ? [] : ['its end was not told'];
      return { world, expected: { entities: new Set(['flapping']), injected: 400, mostMails: 2, faults } };
    },
  },
  {
    name: '10,000 anomalies of 10,000 entities put within a minute',
    guard: 'bucket',
    run: async ({ start, scale, settings, without, storm }) => {
      const slow = Math.max(1, scale / STORM_SLOWER);
      const { channel, noise } = without === undefined ? scaledSettings(slow) : settings;
      const open = { ...channel, messagesPerSecond: 1e6, burst: 1e6, calmMails: 1e6 };
      const own = without === 'bucket' ? { channel: open } : { channel, noise, scale: slow };
      const world = await start({ direct: true, ...own });
      const all = entities(without === 'bucket' ? 200 : storm, 'storm');
      const size = all.length / BATCHES;
      for (let batch = 0; batch < BATCHES; batch++) {
        const part = all.slice(batch * size, (batch + 1) * size);
        await world.put(
          part.map((entity, index) => anomalyOf(entity, index === 7 ? { severity: 'critical' } : {})),
        );
        await sleep(MINUTE_MS / scale / BATCHES);
      }
      await world.idle(20 * MINUTE_MS, 5_000);
      // Ten minutes after the last is drained.
      await sleep((10 * MINUTE_MS) / (without === undefined ? slow : scale));
      await world.idle(MINUTE_MS);
      return { world, expected: { entities: new Set(all), injected: all.length, mostMails: MOST_MAILS } };
    },
  },
];
