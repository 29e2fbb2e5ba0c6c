import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CALIBRATION, DATA, LABELS } from '../../bench/nab/paths.ts';
import { ROOT } from '../../local/paths.ts';

const LIMIT_MS = 900_000;

const missing = [DATA, LABELS].find((path) => !existsSync(path));
if (missing)
  console.warn(`Skipped: the calibration cannot be made again without the recorded series at ${missing}`);

describe('the calibration that travels with the job', () => {
  (missing ? it.skip : it)(
    'is made again byte for byte from the recorded series',
    () => {
      const out = join(mkdtempSync(join(tmpdir(), 'tocsin-calibration-')), 'calibration.json');
      execFileSync('npm', ['run', '-s', 'calibrate', '--', '--out', out], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: LIMIT_MS,
      });

      expect(readFileSync(out, 'utf8')).toBe(readFileSync(CALIBRATION, 'utf8'));
    },
    LIMIT_MS,
  );
});
