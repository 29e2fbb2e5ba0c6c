/** `cdk deploy` of the real stacks onto the emulator, with a time limit and progress. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stackOutputs } from '../cli/outputs.ts';
import type { StageConfig } from '../lib/config/schema.ts';
import type { LocalClients } from './clients.ts';

import { clientEnvironment } from './emulator.ts';
import { LocalRunFailed } from './local-error.ts';
import { ROOT, stateFolder } from './paths.ts';
import { Child } from './processes.ts';

/** A custom resource that cannot run hangs a deploy for ever. */
const STEP_LIMIT_MS = 240_000;
const CDK = join('node_modules', 'aws-cdk', 'bin', 'cdk');

export interface DeployOptions {
  readonly port: number;
  readonly say: (line: string) => void;
  /** Rules in the place of the stage's, relative to the project. */
  readonly rulesFile?: string;
}

/** Names and addresses that the Data stack gave its resources. */
export interface DataOutputs {
  /** In the order of the stage's inputs. */
  readonly inputStreams: readonly string[];
  readonly anomaliesStream: string;
  readonly rejectsStream: string;
  readonly archiveBucket: string;
  readonly configBucket: string;
  readonly incidentsTable: string;
  readonly topicArn: string;
  readonly operationsTopicArn: string;
}

/** Synthesizes the local stage; needs no emulator. Resolves with the folder of the assembly. */
export async function synthesize(options: DeployOptions): Promise<string> {
  const folder = join(stateFolder(options.port), 'cdk.out');
  const context = options.rulesFile === undefined ? [] : ['-c', `rulesFile=${options.rulesFile}`];
  const app = ['--app', 'node --import tsx local/app.ts', '--output', folder];
  await cdk('synth', ['synth', '--quiet', ...app, ...context], options);
  return folder;
}

/** Prepares the emulated account for deploys. */
export async function bootstrap(options: DeployOptions): Promise<void> {
  await cdk('bootstrap', ['bootstrap', 'aws://000000000000/us-east-1', '--app', ''], options);
}

/** Deploys one stack of an assembly. */
export async function deployStack(assembly: string, stack: string, options: DeployOptions): Promise<void> {
  const args = ['--app', assembly, '--exclusively', '--require-approval', 'never', '--progress', 'events'];
  await cdk(`deploy-${stack}`, ['deploy', stack, ...args], options);
}

/** What the deployed Data stack says about itself. */
export async function dataOutputs(clients: LocalClients, config: StageConfig): Promise<DataOutputs> {
  const outputs = await stackOutputs(clients.cloudFormation, `${config.projectName}-${config.stage}-Data`);
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined) throw new LocalRunFailed(`The Data stack has no output ${name}.`);
    return value;
  };
  return {
    inputStreams: output('InputStreamNames').split(','),
    anomaliesStream: output('AnomaliesStreamName'),
    rejectsStream: output('RejectsStreamName'),
    archiveBucket: output('ArchiveBucketName'),
    configBucket: output('ConfigBucketName'),
    incidentsTable: output('IncidentsTableName'),
    topicArn: output('TopicArn'),
    operationsTopicArn: output('OperationsTopicArn'),
  };
}

/** Runs one CDK command. @throws LocalRunFailed with its last lines when it fails or takes too long */
async function cdk(name: string, args: readonly string[], { port, say }: DeployOptions): Promise<void> {
  const log = join(stateFolder(port), 'logs', `cdk-${name}.log`);
  const last: string[] = [];
  const child = new Child(`cdk ${name}`, process.execPath, [CDK, ...args, '--no-color', '--no-notices'], {
    cwd: ROOT,
    env: clientEnvironment(`http://127.0.0.1:${port}`),
    log,
    onLine: (line) => {
      if (line.trim() === '') return;
      last.push(line);
      if (last.length > 20) last.shift();
      const progress = line.match(/\|\s*(\d+\/\d+) \|.*(CREATE_COMPLETE|CREATE_FAILED)\s*\| (\S+)/);
      if (progress !== null) say(`  ${progress[1]} ${progress[3]}`);
    },
  });
  const outcome = await Promise.race([child.ended, sleep(STEP_LIMIT_MS, 'late' as const, { ref: false })]);
  if (outcome === 0) return;
  child.kill();
  const why = outcome === 'late' ? `took longer than ${STEP_LIMIT_MS / 1_000} s` : `failed (exit ${outcome})`;
  throw new LocalRunFailed(
    `"cdk ${args[0]}" ${why}. Its last words (all of them: ${log}):\n${last.join('\n')}`,
  );
}
