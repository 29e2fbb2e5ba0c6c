/** All labelled cases, and which half each is in. Verdict rules are built with the one half and measured on the other. */
import { createHash } from 'node:crypto';
import { KINDS, type Story } from '../story.ts';
import { devices } from './devices.ts';
import { devicesNoise } from './devices-noise.ts';
import { payments } from './payments.ts';
import { paymentsNoise } from './payments-noise.ts';
import { pipelines } from './pipelines.ts';
import { pipelinesNoise } from './pipelines-noise.ts';
import { plant } from './plant.ts';
import { plantNoise } from './plant-noise.ts';

export const stories: readonly Story[] = [
  ...payments,
  ...paymentsNoise,
  ...plant,
  ...plantNoise,
  ...devices,
  ...devicesNoise,
  ...pipelines,
  ...pipelinesNoise,
];

export type Half = 'built-with' | 'held-back';

/** By turns within each kind, in the order of the ids' hashes: nobody chose. */
export function halves(): ReadonlyMap<Half, readonly Story[]> {
  const hash = ({ id }: Story) => createHash('sha256').update(id).digest('hex');
  const built: Story[] = [];
  const held: Story[] = [];
  // Of kinds with an odd number the longer part goes to either half by turns.
  for (const [place, kind] of KINDS.entries()) {
    const all = stories.filter((story) => story.kind === kind).sort((a, b) => (hash(a) < hash(b) ? -1 : 1));
    for (const [index, story] of all.entries()) ((index + place) % 2 === 0 ? built : held).push(story);
  }
  return new Map([
    ['built-with', built],
    ['held-back', held],
  ]);
}
