/**
 * Does every incident get one e-mail or one visible failure, whatever breaks? `npm run -s bench:faults`, on the emulator,
 * with a proxy between the functions' clients and the services. Last line of standard output is JSON.
 *
 * `--scale N` divides every wait of the product and of the scenarios (default 20). `--only WORDS` (again for more) runs the scenarios whose
 * names hold the words. `--without GUARD` takes a guard away in the bench and runs the scenarios that depend on it, which
 * must then fail; `--without all` does so for every scenario.
 *
 * `--storm N` makes the storm smaller than 10,000, for a look; the name of the scenario then still says 10,000.
 *
 * The functions' work runs in this process, on loops that keep the promises of Lambda's event sources (the emulator's
 * ignore partial failures, retry limits and the place for what fails).
 */
import { parseArgs } from 'node:util';
import { localClients } from '../local/clients.ts';
import { startEmulator } from '../local/emulator.ts';
import { requireFreePorts } from '../local/ports.ts';
import { GUARDS, type Guard } from './faults/guards.ts';
import { job } from './faults/job.ts';
import { killed } from './faults/killed.ts';
import { models } from './faults/models.ts';
import { FaultProxy } from './faults/proxy.ts';
import { records } from './faults/records.ts';
import { scaledSettings } from './faults/scaled.ts';
import type { Scenario, Stage } from './faults/scenario.ts';
import { services } from './faults/services.ts';
import { storms } from './faults/storms.ts';
import { ended, judge, type Verdict } from './faults/verdict.ts';
import { World } from './faults/world.ts';

process.env.POWERTOOLS_METRICS_DISABLED = 'true';
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_TRACE_ENABLED = 'false';

const { values: given } = parseArgs({
  options: {
    scale: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true, default: [''] },
    without: { type: 'string' },
    storm: { type: 'string', default: '10000' },
    port: { type: 'string', default: '4790' },
  },
});
const [PORT, SCALE] = [Number(given.port), Number(given.scale)];
const isGuard = (name: string): name is Guard => Object.hasOwn(GUARDS, name);
if (given.without !== undefined && given.without !== 'all' && !isGuard(given.without)) {
  throw new Error(`There is no guard "${given.without}". Choose one: all, ${Object.keys(GUARDS).join(', ')}`);
}

const chosen = [...records, ...services, ...models, ...killed, ...job, ...storms].filter(
  ({ name, guard }) =>
    given.only.some((words) => name.includes(words)) &&
    (given.without === undefined || given.without === 'all' || guard === given.without),
);
const say = (line: string) => console.error(line);
await requireFreePorts(
  ['emulator', 'proxy', 'model'].map((name, index) => ({ name, port: PORT + index, option: '--port' })),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const emulator = await startEmulator(PORT);
const proxy = await FaultProxy.start(PORT + 1, emulator.endpoint);
const verdicts: (Verdict & { readonly without?: Guard })[] = [];
try {
  for (const [index, scenario] of chosen.entries()) verdicts.push(await play(scenario, index));
} finally {
  proxy.stop();
  await emulator.child.stop();
}
/** A scenario that did not come to its end shows nothing. */
const isShown = ({ pass, complete }: Verdict) => complete && (given.without === undefined ? pass : !pass);
const passed = verdicts.filter(isShown).length;
console.log(JSON.stringify({ scale: SCALE, scenarios: verdicts, passed, failed: verdicts.length - passed }));
process.exit(passed === verdicts.length ? 0 : 1);

async function play(scenario: Scenario, index: number) {
  const without = given.without === undefined ? undefined : scenario.guard;
  say(`${scenario.name}${without === undefined ? '' : `, without ${without}`} …`);
  proxy.clear();
  const started = Date.now();
  const worlds: World[] = [];
  const settings = scaledSettings(SCALE);
  const stage: Stage = {
    scale: SCALE,
    proxy,
    without,
    endpoint: `http://127.0.0.1:${PORT + 1}`,
    emulator: emulator.endpoint,
    clients: localClients(emulator.endpoint),
    storm: Number(given.storm),
    modelPort: PORT + 2,
    settings,
    start: async (own = {}) => {
      const world = await World.start({
        clients: localClients(emulator.endpoint),
        emulator: emulator.endpoint,
        proxy: `http://127.0.0.1:${PORT + 1}`,
        prefix: `faults-${index}`,
        scale: SCALE,
        ...settings,
        deadlineMs: 5_000,
        without,
        ...own,
      });
      worlds.push(world);
      return world;
    },
  };
  const seconds = () => (Date.now() - started) / 1_000;
  try {
    const verdict = await scenario
      .run(stage)
      .then(({ world, expected }) => judge(scenario.name, world, expected, seconds()))
      .catch((error: unknown) => ended(scenario.name, error, seconds()));
    say(`  ${wordFor(verdict, without)}: ${JSON.stringify(verdict)}`);
    return { ...verdict, ...(without !== undefined && { without }) };
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
}

function wordFor({ pass, complete }: Verdict, without: Guard | undefined): string {
  if (!complete) return 'ENDED EARLY';
  if (without === undefined) return pass ? 'holds' : 'DOES NOT HOLD';
  return pass ? `DOES NOT MISS ${without}` : `misses ${without}`;
}
