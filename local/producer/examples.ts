/** The sources of config/examples, each with its generator. */
import { accessLog } from './access-log.ts';
import { buildRecords } from './builds.ts';
import { cardPayments } from './cards.ts';
import { deviceRecords } from './device-records.ts';
import type { GeneratedInput } from './generated.ts';
import { plantRecords } from './industrial.ts';

/** Makes a source's records from a seed and the time of the first, epoch ms. */
export type Generator = (seed: number, start: number) => GeneratedInput;

/** By the name of the folder in config/examples. */
export const EXAMPLES: Readonly<Record<string, Generator>> = {
  'access-logs': accessLog,
  'build-pipelines': buildRecords,
  'card-transactions': cardPayments,
  'industrial-sensors': plantRecords,
  'iot-devices': deviceRecords,
};
