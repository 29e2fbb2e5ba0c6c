/**
 * The record of a workflow run: its jobs as JSON lines on standard input (GitHub's "list jobs for a workflow run
 * attempt"), the rest from the runner's environment; the record on standard output. Ends with 1 and a reason when
 * there is nothing to tell.
 */
const FAILED = new Set(['failure', 'timed_out', 'startup_failure']);
const COUNTED = new Set([...FAILED, 'success']);

let text = '';
for await (const part of process.stdin) text += part;
const env = process.env;

const jobs = text
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line))
  // This job itself still runs; skipped and cancelled ones tell nothing about the build.
  .filter((job) => job.completed_at !== null && COUNTED.has(job.conclusion));
if (jobs.length === 0) {
  fail(
    'No job of this run has ended. Use this action in a last job of its own, with `needs` and `if: always()`.',
  );
}

const started = Math.min(...jobs.map((job) => Date.parse(job.started_at)));
const ended = Math.max(...jobs.map((job) => Date.parse(job.completed_at)));
const failed = jobs.filter((job) => FAILED.has(job.conclusion)).length;

console.log(
  JSON.stringify({
    pipeline: env.PIPELINE || `${env.GITHUB_REPOSITORY}/${env.GITHUB_WORKFLOW}`,
    build_id: `${env.GITHUB_RUN_ID}.${env.GITHUB_RUN_ATTEMPT}`,
    time: new Date(ended).toISOString(),
    duration: (ended - started) / 1_000,
    failure_rate: env.FAILURE_RATE ? rate(env.FAILURE_RATE) : failed / jobs.length,
    conclusion: failed > 0 ? 'failure' : 'success',
    branch: env.GITHUB_REF_NAME,
    url: `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`,
  }),
);

function rate(input) {
  const value = Number(input);
  if (!(value >= 0 && value <= 1)) fail(`failure-rate must be a number from 0 to 1, but is "${input}".`);
  return value;
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}
