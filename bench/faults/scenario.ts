/** What a scenario is given, and what it gives back. */
import { createHash } from 'node:crypto';
import example from '../../contracts/examples/anomaly.json' with { type: 'json' };
import { Anomaly } from '../../contracts/index.ts';
import type { LocalClients } from '../../local/clients.ts';
import type { Guard } from './guards.ts';
import type { FaultProxy } from './proxy.ts';
import type { Expected } from './verdict.ts';
import type { World, WorldOptions } from './world.ts';

export interface Stage {
  readonly scale: number;
  readonly proxy: FaultProxy;
  /** Of the proxy. */
  readonly endpoint: string;
  /** Of the emulator itself. */
  readonly emulator: string;
  readonly clients: LocalClients;
  /** Entities of the storm. */
  readonly storm: number;
  /** For a server that stands in for a text model. */
  readonly modelPort: number;
  readonly without: Guard | undefined;
  readonly start: (
    given?: Partial<
      Pick<WorldOptions, 'twice' | 'wrap' | 'model' | 'direct' | 'scale' | 'deadlineMs' | 'channel' | 'noise'>
    >,
  ) => Promise<World>;
  /** Of the stage's settings, divided by the scale. */
  readonly settings: Pick<WorldOptions, 'channel' | 'noise'>;
}

export interface Scenario {
  readonly name: string;
  /** Without it the scenario must fail. */
  readonly guard: Guard;
  readonly run: (stage: Stage) => Promise<{ readonly world: World; readonly expected: Expected }>;
}

/** How long a scenario's work may take. */
export const LIMIT_MS = 60_000;

const base = Anomaly.parse(example);
let count = 0;

/** An anomaly of an entity; each call gives another id and a later record. */
export function anomalyOf(entity: string, given: Partial<Anomaly> = {}): Anomaly {
  count += 1;
  const now = new Date().toISOString();
  return {
    ...base,
    entity,
    anomaly_id: createHash('sha256').update(`${process.pid} ${count}`).digest('hex'),
    sequence_number: String(10n ** 55n + BigInt(count)),
    kind: 'raised',
    route: 'page',
    severity: 'warning',
    alarm_type: 'High',
    previous_alarm_type: 'OK',
    arrival_time: now,
    event_time: now,
    ...given,
  };
}

/** The same alarm, cleared. */
export const clearedOf = (entity: string, given: Partial<Anomaly> = {}): Anomaly =>
  anomalyOf(entity, { kind: 'cleared', alarm_type: 'OK', previous_alarm_type: 'High', value: 1, ...given });

export const entities = (many: number, name = 'entity'): string[] =>
  Array.from({ length: many }, (_, index) => `${name}-${String(index).padStart(5, '0')}`);
