import type { NoiseSettings } from '../../lambdas/incidents/settings.ts';

/** What staff rely on; a stage may set its own. */
export const noise: NoiseSettings = {
  groupBy: ['source', 'entity', 'rule'],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
  reminderSeconds: 3 * 3_600,
  reopenSeconds: 30 * 60,
  settleSeconds: 30,
  flapping: { reopenings: 3, windowSeconds: 30 * 60 },
  // A silent source says enough: each of its entities is missing, too.
  inhibit: [{ by: { detector: 'silence' }, of: { detector: 'missing' }, same: ['source'] }],
};
