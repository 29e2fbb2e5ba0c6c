#!/usr/bin/env node
/**
 * `npm test`: set-up, then every suite; `npm test -- unit flink` runs only those named.
 * Plain Node, because on a fresh clone nothing is installed yet. Ends with one line `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const reports = join(root, '.tocsin', 'test');
const jest = join('node_modules', 'jest', 'bin', 'jest.js');
const jestReport = (name) => join(reports, `${name}.json`);

/** Suites by name: what is run, and how its tests are counted. Those of one lane run one after the other. */
const suites = {
  lint: {
    lane: 'typescript',
    run: ['node_modules/.bin/biome', 'check', '--error-on-warnings', '.'],
    count: asOne,
  },
  types: { lane: 'typescript', run: ['node_modules/.bin/tsc'], count: asOne },
  unit: {
    lane: 'typescript',
    run: ['node', jest, '--coverage', '--json', `--outputFile=${jestReport('unit')}`],
    count: (ok) => countJest('unit', ok),
  },
  // The command of the README, with the real jar; what the templates hold is judged in test/lib.
  synth: {
    lane: 'typescript',
    run: [
      'node_modules/.bin/cdk',
      'synth',
      '--quiet',
      '-c',
      'stage=prod',
      '--output',
      '.tocsin/test/cdk.out',
    ],
    count: asOne,
    after: ['flink'],
  },
  'cfn-lint': {
    lane: 'typescript',
    run: ['.venv/bin/cfn-lint', '--non-zero-exit-code', 'error', '.tocsin/test/cdk.out/*.template.json'],
    count: asOne,
  },
  flink: {
    lane: 'flink',
    run: ['mvn', '-q', '-B', '-f', 'flink-job/pom.xml', 'verify'],
    count: countSurefire,
  },
  // Its artefact may be missing here; its model must be sound all the same.
  'official-model': {
    lane: 'flink',
    run: ['mvn', '-q', '-B', '-f', 'flink-job/pom.xml', '-Pofficial', 'validate'],
    count: asOne,
  },
  // Compiles the job, as `flink` does, so not beside it.
  calibration: {
    lane: 'flink',
    run: [
      'node',
      jest,
      '--config',
      'jest.e2e.config.mjs',
      '--testMatch',
      '<rootDir>/test/bench/**/*.slow.ts',
      '--json',
      `--outputFile=${jestReport('calibration')}`,
    ],
    count: (ok) => countJest('calibration', ok),
  },
  'end-to-end': {
    lane: 'end-to-end',
    run: [
      'node',
      jest,
      '--config',
      'jest.e2e.config.mjs',
      '--json',
      `--outputFile=${jestReport('end-to-end')}`,
    ],
    count: (ok) => countJest('end-to-end', ok),
  },
};

function asOne(ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** A run that failed without a failed test (a crash, too little coverage) counts as one failure. */
function atLeastOneFailure(counts, ok) {
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function countJest(name, ok) {
  if (!existsSync(jestReport(name))) return asOne(false);
  const report = JSON.parse(readFileSync(jestReport(name), 'utf8'));
  return atLeastOneFailure(
    { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests },
    ok,
  );
}

function countSurefire(ok) {
  const folder = join(root, 'flink-job', 'target', 'surefire-reports');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.xml')) : [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    const head = readFileSync(join(folder, file), 'utf8').match(/<testsuite\b[^>]*>/)?.[0] ?? '';
    const number = (name) => Number(head.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
    const failed = number('failures') + number('errors');
    total.failed += failed;
    total.skipped += number('skipped');
    total.passed += number('tests') - failed - number('skipped');
  }
  return atLeastOneFailure(total, ok);
}

function run(name, [command, ...args]) {
  return new Promise((resolve) => {
    const started = Date.now();
    console.log(`\n=== ${name}: ${[command, ...args].join(' ')}`);
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    const end = (ok) => {
      console.log(
        `=== ${name}: ${ok ? 'passed' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
      );
      resolve(ok);
    };
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      end(false);
    });
    child.on('exit', (code) => end(code === 0));
  });
}

/** Runs the chosen suites: the lanes side by side, a suite that builds on another (`after`) behind it. */
async function runSuites(names) {
  const results = {};
  const done = {};
  const chain = {};
  for (const name of names) {
    const suite = suites[name];
    const before = [chain[suite.lane], ...(suite.after ?? []).map((other) => done[other])];
    if (suite.lane === 'end-to-end') before.push(...Object.values(chain));
    done[name] = Promise.all(before).then(async () => {
      const ok = await run(name, suite.run);
      results[name] = suite.count(ok);
    });
    chain[suite.lane] = done[name];
  }
  await Promise.all(Object.values(done));
  return results;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in suites));
if (unknown.length > 0) {
  console.error(`No suite is called ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}.`);
  process.exit(1);
}
if (!(await run('setup', ['node', 'scripts/setup.mjs']))) process.exit(1);

rmSync(reports, { recursive: true, force: true });
rmSync(join(root, 'flink-job', 'target', 'surefire-reports'), { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
// flink comes first: its lane is the longest, and synth waits for its jar. What depends on no other comes behind it.
const order = [
  'flink',
  'official-model',
  'calibration',
  'lint',
  'types',
  'unit',
  'synth',
  'cfn-lint',
  'end-to-end',
];
const results = await runSuites(order.filter((name) => asked.length === 0 || asked.includes(name)));

console.log('');
const total = { passed: 0, failed: 0, skipped: 0 };
for (const [name, counts] of Object.entries(results)) {
  console.log(
    `${name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped.`,
  );
  for (const key of Object.keys(total)) total[key] += counts[key];
}
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
);
process.exit(total.failed === 0 ? 0 : 1);
