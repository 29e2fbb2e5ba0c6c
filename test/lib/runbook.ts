import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lib/config/load.ts';
import { anchorOf } from '../../lib/constructs/runbook-alarm.ts';

export const runbook = readFileSync(join(projectRoot, 'docs', 'runbook.md'), 'utf8');
/** Its entries by the anchor that leads to them. */
export const entries = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((entry) => [anchorOf(entry.slice(0, entry.indexOf('\n'))), entry]),
);
