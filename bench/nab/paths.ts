/** Where the benchmark's data lies, beside the project and never in it, and what calibration writes. */
import { join } from 'node:path';
import { ROOT } from '../../local/paths.ts';

const NAB = join(ROOT, '..', 'shared', 'nab');

/** Default folder of recorded series. */
export const DATA = join(NAB, 'data');

/** Default file of labelled windows. */
export const LABELS = join(NAB, 'windows.json');

/** The tables and thresholds that travel with the job. */
export const CALIBRATION = join(
  ROOT,
  'flink-job',
  'src',
  'main',
  'resources',
  'tocsin',
  'novelty',
  'calibration.json',
);
