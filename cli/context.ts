/** What every command shares: the stage's resources, AWS clients, and where words and results go. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { stages } from '../lib/config/load.ts';
import type { StageConfig } from '../lib/config/schema.ts';
import { CliError } from './errors.ts';
import { stackOutputs } from './outputs.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly stage: string;
  readonly json?: boolean;
  readonly region?: string;
  readonly endpoint?: string;
}

/** Where a command writes. */
export interface Terminal {
  /** Standard output: results only. */
  out(text: string): void;
  /** Standard error: progress and faults. */
  err(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
}

export interface Clients {
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly kinesis: Pick<KinesisClient, 'send'>;
  readonly s3: Pick<S3Client, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly cloudWatch: Pick<CloudWatchClient, 'send'>;
  readonly documents: DynamoDBDocumentClient;
}

/** Clients for a region and an endpoint; where absent, those of the environment and the profile. */
export function awsClients({ region, endpoint }: Pick<GlobalOptions, 'region' | 'endpoint'>) {
  const settings = {
    ...(endpoint && isThisMachine(endpoint) && emulatorDefaults),
    ...(region && { region }),
    ...(endpoint && { endpoint }),
  };
  return {
    cloudFormation: new CloudFormationClient(settings),
    // The client's default, HTTP/2, stalls on local endpoints.
    kinesis: new KinesisClient({ ...settings, requestHandler: new NodeHttpHandler() }),
    // An emulator has no host name for each bucket.
    s3: new S3Client({ ...settings, forcePathStyle: endpoint !== undefined }),
    sqs: new SQSClient(settings),
    sns: new SNSClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    documents: DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
      marshallOptions: { removeUndefinedValues: true },
    }),
  };
}

/** An emulator takes any credentials and is made for one region; nobody should have to set them. */
const emulatorDefaults = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

function isThisMachine(endpoint: string): boolean {
  return URL.canParse(endpoint) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
}

export class CliContext {
  readonly clients: Clients;
  private readonly options: GlobalOptions;
  private readonly terminal: Terminal;

  constructor(options: GlobalOptions, terminal: Terminal, clients: Clients) {
    this.options = options;
    this.terminal = terminal;
    this.clients = clients;
  }

  get stage(): string {
    return this.options.stage;
  }

  /** Short names of the stage's input streams. */
  get inputs(): readonly string[] {
    return this.settings.inputs;
  }

  /** Progress, on standard error, so that a pipe gets results only. */
  say(line: string): void {
    this.terminal.err(`${line}\n`);
  }

  /** The command's result: one line of JSON with `--json`, else the sentence. */
  result(sentence: string, data: Readonly<Record<string, unknown>>): void {
    this.terminal.out(`${this.options.json === true ? JSON.stringify(data) : sentence}\n`);
  }

  readInput(): Promise<string> {
    return this.terminal.readInput();
  }

  /**
   * An output of one of the stage's stacks.
   * @throws CliError when the stack is not deployed or lacks the output.
   */
  async output(stack: 'Data' | 'Pipeline', name: string): Promise<string> {
    const stackName = `${this.settings.projectName}-${this.settings.stage}-${stack}`;
    const value = (await stackOutputs(this.clients.cloudFormation, stackName))[name];
    if (value === undefined) {
      throw new CliError(
        `Stack ${stackName} has no output ${name}: it was deployed by another version. Deploy it again.`,
      );
    }
    return value;
  }

  /** The stage's settings. @throws CliError when there is no such stage */
  get settings(): StageConfig {
    const config = stages[this.options.stage];
    if (config !== undefined) return config;
    throw new CliError(
      `There is no stage "${this.options.stage}". Choose one: --stage ${Object.keys(stages).join('|')}`,
    );
  }
}
