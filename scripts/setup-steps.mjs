/** What is installed into the project folder, each step with the fingerprint that says whether it is up to date. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {{
 *   name: string,
 *   doing: string,
 *   inputs: string[],
 *   output: string,
 *   stamp: string,
 *   commands: (tools: { python: string }) => string[][],
 *   clears?: string,
 * }} Step
 * `inputs` are files and folders whose content decides; `output` must exist; `stamp` keeps the fingerprint of the last
 * good run inside what it belongs to, so that deleting the one deletes the other.
 */

/** @type {Step[]} */
export const steps = [
  {
    name: 'npm',
    doing: 'installing the npm packages of package-lock.json',
    inputs: ['package-lock.json'],
    output: 'node_modules',
    stamp: 'node_modules/.tocsin-setup',
    commands: () => [['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error']],
  },
  {
    name: 'python',
    doing: 'installing the emulator, cfn-lint and duckdb into .venv',
    inputs: ['local/requirements.txt'],
    output: '.venv/bin/python',
    stamp: '.venv/.tocsin-setup',
    // A half-made environment cannot be mended, only made anew.
    clears: '.venv',
    commands: ({ python }) => [
      [python, '-m', 'venv', '.venv'],
      [
        '.venv/bin/python',
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--no-input',
        '--requirement',
        'local/requirements.txt',
      ],
    ],
  },
  {
    name: 'jar',
    doing: 'building the Flink job with Maven',
    inputs: ['flink-job/pom.xml', 'flink-job/src/main', 'flink-sql'],
    output: 'flink-job/target/tocsin-flink-job.jar',
    stamp: 'flink-job/target/.tocsin-setup',
    // Maven copies files there and takes none away: a view that was renamed would be in the jar twice.
    clears: 'flink-job/target/classes',
    commands: () => [['mvn', '-q', '-B', '-f', 'flink-job/pom.xml', 'package', '-DskipTests']],
  },
];

/** True when the step's output stands and was made from the same inputs. */
export function isUpToDate(root, step) {
  const stamp = join(root, step.stamp);
  return (
    existsSync(join(root, step.output)) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === fingerprint(root, step.inputs)
  );
}

/** Remembers that the step's output belongs to the inputs as they were when it began. */
export function remember(root, step, print) {
  mkdirSync(dirname(join(root, step.stamp)), { recursive: true });
  writeFileSync(join(root, step.stamp), print);
}

/** Removes what an interrupted run of the step left. */
export function clear(root, step) {
  if (step.clears !== undefined) rmSync(join(root, step.clears), { recursive: true, force: true });
}

/** Hash of the names and the bytes of all files below the given paths. */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesBelow(root, path))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(root, path) {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(root, join(path, name)));
}
