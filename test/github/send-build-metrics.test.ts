import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { archive } from '../../lambdas/archive/archive.ts';
import { exampleConfig } from '../local/examples.ts';

const action = join(__dirname, '..', '..', '.github', 'actions', 'send-build-metrics');

const job = (conclusion: string | null, started_at: string, completed_at: string | null) =>
  JSON.stringify({ conclusion, started_at, completed_at });
const JOBS = [
  job('success', '2026-01-31T10:00:00Z', '2026-01-31T10:04:00Z'),
  job('failure', '2026-01-31T10:00:30Z', '2026-01-31T10:06:00Z'),
  job('skipped', '2026-01-31T10:06:00Z', '2026-01-31T10:06:00Z'),
  job(null, '2026-01-31T10:06:10Z', null),
].join('\n');

const RUNNER = {
  GITHUB_REPOSITORY: 'shop/web',
  GITHUB_WORKFLOW: 'ci',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_REF_NAME: 'main',
  GITHUB_SERVER_URL: 'https://github.com',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-action-'));
  stub('gh', `echo "$@" >&2; printf '%s\\n' '${JOBS}'`);
  stub('aws', `printf '%s\\n' "$@" > "${folder}/aws-arguments"`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of that name in front of all others. */
function stub(name: string, script: string): void {
  const path = join(folder, name);
  writeFileSync(path, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(path, 0o755);
}

const recordOf = (jobs: string, env: Record<string, string> = {}) =>
  spawnSync(process.execPath, [join(action, 'record.mjs')], {
    input: jobs,
    encoding: 'utf8',
    env: { ...RUNNER, ...env },
  });

describe('the action that sends build metrics', () => {
  it('puts the run on the stream, as the example sources read it', () => {
    execFileSync('bash', [join(action, 'send.sh')], {
      env: {
        ...process.env,
        ...RUNNER,
        STREAM_NAME: 'readings',
        PATH: `${folder}${delimiter}${process.env.PATH}`,
      },
      stdio: 'pipe',
    });
    const args = readFileSync(join(folder, 'aws-arguments'), 'utf8').trim().split('\n');
    const argument = (option: string) => args[args.indexOf(option) + 1] ?? '';
    expect(args.slice(0, 2)).toEqual(['kinesis', 'put-record']);
    expect(argument('--stream-name')).toBe('readings');
    expect(JSON.parse(argument('--data'))).toEqual({
      pipeline: 'shop/web/ci',
      build_id: '77.2',
      time: '2026-01-31T10:06:00.000Z',
      duration: 360,
      failure_rate: 0.5,
      conclusion: 'failure',
      branch: 'main',
      url: 'https://github.com/shop/web/actions/runs/77',
    });
    const record = {
      bytes: Buffer.from(argument('--data')),
      arrivalMs: Date.parse('2026-01-31T10:06:20Z'),
      shardId: 'shardId-000000000000',
      sequenceNumber: '1',
    };
    const { row } = archive(record, 'readings', exampleConfig('build-pipelines').sources.sources);
    expect(row).toMatchObject({
      source: 'pipelines',
      entity: 'shop/web/ci',
      event_time: '2026-01-31 10:06:00.000',
    });
  });

  it('takes the failure rate and the name that the workflow gives', () => {
    const { stdout } = recordOf(JOBS, { FAILURE_RATE: '0.02', PIPELINE: 'web' });
    expect(JSON.parse(stdout)).toMatchObject({ pipeline: 'web', failure_rate: 0.02 });
  });

  it.each([
    [
      'a run of which no job has ended',
      job(null, '2026-01-31T10:00:00Z', null),
      {},
      'No job of this run has ended',
    ],
    [
      'a failure rate that is none',
      JOBS,
      { FAILURE_RATE: '12 %' },
      'failure-rate must be a number from 0 to 1',
    ],
  ])('refuses %s', (_what, jobs, env, reason) => {
    const { status, stderr, stdout } = recordOf(jobs, env);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('declares every input that it uses, and uses every input that it declares', () => {
    const text = readFileSync(join(action, 'action.yml'), 'utf8');
    const [inputs = ''] = text.split('\nruns:');
    const declared = [...inputs.matchAll(/^ {2}([a-z-]+):$/gm)].map((match) => match[1]);
    const used = [...text.matchAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g)].map((match) => match[1]);
    expect([...new Set(used)].sort()).toEqual(declared.sort());
    expect(text).toContain('send.sh');
  });
});
