/** Below it lies in the archive bucket what `tocsin warm` prepared for jobs to start from. */
export const WARM_PREFIX = 'warm/';

/** Folder of the archive prepared from an instant on: `warm/20261001T000000.000Z/`. */
export function warmPrefix(from: string): string {
  return `${WARM_PREFIX}${new Date(from).toISOString().replace(/[-:]/g, '')}/`;
}
