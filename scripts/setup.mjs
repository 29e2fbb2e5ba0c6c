#!/usr/bin/env node
/**
 * Installs into this folder what the project needs, where it is not there yet: `node scripts/setup.mjs`.
 * Plain Node, because it runs before anything is installed. Tools of the machine are checked first, and only named.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { clear, fingerprint, isUpToDate, remember, steps } from './setup-steps.mjs';
import { checkTools, platformRefusal } from './setup-tools.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const STEP_LIMIT_MS = 30 * 60_000;
const PROGRESS_MS = 10_000;

/** The machine lacks something, or a step failed; the message says what and how to mend it. */
export class SetupFailed extends Error {
  name = 'SetupFailed';
}

/**
 * Makes the folder ready.
 * @param {(line: string) => void} say receives progress
 * @returns {Promise<{ seconds: number, ran: string[] }>} how long it took, and the steps that had to run
 * @throws {SetupFailed}
 */
export async function setUp(say) {
  const started = Date.now();
  const refusal = platformRefusal(process.platform);
  if (refusal !== undefined) throw new SetupFailed(refusal);
  const { missing, python } = await checkTools();
  if (missing.length > 0) throw new SetupFailed(describe(missing));
  const due = steps.filter((step) => !isUpToDate(root, step));
  for (const [index, step] of due.entries()) {
    say(`set-up ${index + 1}/${due.length}: ${step.doing}`);
    await runStep(step, python, say);
  }
  return { seconds: (Date.now() - started) / 1000, ran: due.map((step) => step.name) };
}

function describe(missing) {
  const lines = missing.map(
    ({ name, needs, found, advice }) => `  ${name}: needs ${needs}, found ${found}.\n    ${advice}`,
  );
  return `This machine lacks what Tocsin needs; nothing was installed.\n${lines.join('\n')}`;
}

async function runStep(step, python, say) {
  const print = fingerprint(root, step.inputs);
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  const ticker = setInterval(() => say(`  … ${step.name}: ${seconds()} s`), PROGRESS_MS);
  try {
    clear(root, step);
    for (const command of step.commands({ python })) await run(command, say);
  } finally {
    clearInterval(ticker);
  }
  remember(root, step, print);
  say(`  ${step.name}: done in ${seconds()} s`);
}

/** Runs one command in a process group of its own, which ends with this process. */
function run([command, ...args], say) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error;
      }
    };
    const interrupt = () => {
      end();
      process.exit(130);
    };
    const limit = setTimeout(end, STEP_LIMIT_MS);
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const print = (chunk) => {
      // Maven ends its output with a line that only resets the colour.
      const lines = stripVTControlCharacters(String(chunk)).split('\n');
      for (const line of lines) if (line.trim() !== '') say(`    ${line.trimEnd()}`);
    };
    child.stdout.on('data', print);
    child.stderr.on('data', print);
    const settle = (outcome) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      outcome();
    };
    const line = [command, ...args].join(' ');
    child.on('error', (error) =>
      settle(() => reject(new SetupFailed(`"${line}" could not start: ${error.message}`))),
    );
    child.on('close', (code) =>
      settle(() =>
        code === 0
          ? resolve()
          : reject(new SetupFailed(`Set-up stopped: "${line}" failed (exit ${code}); its words are above.`)),
      ),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { seconds, ran } = await setUp((line) => console.error(line));
    console.error(`set-up: ${ran.length === 0 ? 'nothing to do' : ran.join(', ')} (${seconds.toFixed(1)} s)`);
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
