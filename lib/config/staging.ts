import { prod } from './prod.ts';
import type { StageConfig } from './schema.ts';

/** As production, so that what passes here passes there; with less to keep. */
export const staging: StageConfig = {
  ...prod,
  stage: 'staging',
  notificationEmails: [],
  flink: { ...prod.flink, parallelism: 2 },
  archive: { ...prod.archive, infrequentAfterDays: 30, expireAfterDays: 180 },
};
