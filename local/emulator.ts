/** The AWS emulator (ministack) as a child process on 127.0.0.1. Its state is in memory and ends with it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalRunFailed } from './local-error.ts';
import { ROOT, stateFolder } from './paths.ts';
import { Child } from './processes.ts';

const START_LIMIT_MS = 30_000;

export interface Emulator {
  readonly endpoint: string;
  readonly child: Child;
}

/** Environment of every AWS client of a local run: CDK, Flink, Lambdas and our own. */
export function clientEnvironment(endpoint: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: '000000000000',
    CDK_DEFAULT_REGION: 'us-east-1',
    JSII_DEPRECATED: 'quiet',
    JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/**
 * Starts the emulator and waits until it answers.
 * @throws LocalRunFailed when it ends or stays silent; the message names its log.
 */
export async function startEmulator(port: number): Promise<Emulator> {
  const endpoint = `http://127.0.0.1:${port}`;
  const log = join(stateFolder(port), 'logs', 'emulator.log');
  const child = new Child(
    'emulator',
    join(ROOT, '.venv', 'bin', 'python'),
    [join(ROOT, 'local', 'ministack_launcher.py')],
    {
      cwd: ROOT,
      log,
      env: {
        ...clientEnvironment(endpoint),
        BIND_HOST: '127.0.0.1',
      // Addresses that it hands out, such as queue URLs; the default, localhost, may resolve to ::1.
      MINISTACK_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        LAMBDA_EXECUTOR: 'local',
        // These two listen on every interface unless they are switched off.
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        // Custom resources of the CDK load SDK clients that AWS has in its runtime.
        NODE_PATH: join(ROOT, 'node_modules'),
      },
    },
  );
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && child.isRunning) {
    if (await answers(`${endpoint}/_ministack/health`)) return { endpoint, child };
    await sleep(50);
  }
  child.kill();
  throw new LocalRunFailed(`The emulator did not start on port ${port}; its log is ${log}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}
