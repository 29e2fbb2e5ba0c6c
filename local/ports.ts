/** Which ports of 127.0.0.1 are free, asked before anything starts. */
import { createServer } from 'node:net';
import { LocalRunFailed } from './local-error.ts';

/** A port that the run needs: who listens there, and the option that chooses another. */
export interface WantedPort {
  readonly name: string;
  readonly port: number;
  readonly option: string;
}

/** @throws LocalRunFailed that names every taken port and the option that chooses another. */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const taken: WantedPort[] = [];
  for (const one of wanted) {
    if (!(await isFree(one.port))) taken.push(one);
  }
  if (taken.length === 0) return;
  const lines = taken.map(
    ({ name, port, option }) =>
      `Port ${port} of 127.0.0.1 (${name}) is taken by another program, perhaps another run. ` +
      `End it, or choose another port: ${option} ${port + 1}`,
  );
  throw new LocalRunFailed(lines.join('\n'));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
