/** Where the local run finds and keeps its files. */
import { join } from 'node:path';

/** The project's folder. */
export const ROOT = join(import.meta.dirname, '..');

/** State and logs of local runs, one folder a run's emulator port; never committed. */
export function stateFolder(port: number): string {
  return join(ROOT, '.tocsin', String(port));
}
