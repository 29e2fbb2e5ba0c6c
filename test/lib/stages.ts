/** Every stage synthesized once a test file, with the feature flags of cdk.json and a stand-in for the Flink job. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildStacks } from '../../lib/build-stacks.ts';
import { checkConfig, loadConfig, projectRoot, stages } from '../../lib/config/load.ts';
import type { StageConfig } from '../../lib/config/schema.ts';
import { triage } from '../../lib/config/triage.ts';
import { type JobJar, jobJar } from '../../lib/constructs/job-jar.ts';

export const STAGES = Object.keys(stages);
export const ENVIRONMENT = { account: '123456789012', region: 'eu-central-1' };
export const GUARDED = ['staging', 'prod'];

/** As much of CloudFormation as the invariants read. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are what the tests are about
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Synthesized {
  readonly app: App;
  readonly config: StageConfig;
  readonly stacks: readonly Stack[];
  readonly data: Template;
  readonly pipeline: Template;
  /** Resources of both stacks by logical id; ids differ between them. */
  readonly resources: ReadonlyMap<string, Resource>;
}

/** The feature flags that every deploy has. */
export function featureFlags(): Record<string, unknown> {
  const file: { context: Record<string, unknown> } = JSON.parse(
    readFileSync(join(projectRoot, 'cdk.json'), 'utf8'),
  );
  return file.context;
}

/** An app like that of `bin/app.ts`; functions are not bundled, for what is in their zip is not in the template. */
export function newApp(context: Record<string, unknown> = {}): App {
  return new App({
    context: { ...featureFlags(), 'aws:cdk:bundling-stacks': [], ...context },
    outdir: mkdtempSync(join(tmpdir(), 'tocsin-synth-')),
  });
}

/** A model through a profile, with a guardrail. */
export const withBedrock: StageConfig['triage'] = {
  ...triage,
  textModel: {
    kind: 'bedrock',
    modelId: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
    maxTokens: 800,
    guardrail: { id: 'gr1', version: '2' },
  },
};

/** A job that starts from the archive. */
export const fromArchive = (flink: StageConfig['flink']): StageConfig['flink'] => ({
  ...flink,
  warmFrom: '2026-01-01T00:00:00Z',
  quietUntil: '2026-02-01T00:00:00Z',
});

/** @param given settings in the place of the stage's */
export function synthesize(
  stage: string,
  jar: JobJar = fixtureJar('official'),
  given: Partial<StageConfig> = {},
): Synthesized {
  // checks.test.ts judges the templates by all rules; here it would only take time.
  const app = newApp({ '@aws-cdk/core:validateAgainstDefaultRules': false });
  const { settings } = loadConfig({ stage, notificationEmails: 'oncall@example.org,boss@example.org' });
  const loaded = checkConfig({ ...settings, ...given });
  const { data, pipeline } = buildStacks(app, loaded, { jar, env: ENVIRONMENT });
  const templates = { data: Template.fromStack(data), pipeline: Template.fromStack(pipeline) };
  const resources = new Map<string, Resource>();
  for (const template of Object.values(templates)) {
    const found: Record<string, Resource> = template.toJSON().Resources;
    for (const [id, resource] of Object.entries(found)) resources.set(id, resource);
  }
  return { app, config: loaded.settings, stacks: [data, pipeline], resources, ...templates };
}

/** Resources of one type, with their logical ids. */
export function ofType({ resources }: Synthesized, type: string): ReadonlyArray<[string, Resource]> {
  return [...resources].filter(([, resource]) => resource.Type === type);
}

export function fixtureJar(connector: string): JobJar {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-jar-')), 'job.jar');
  writeFileSync(
    path,
    zip('META-INF/MANIFEST.MF', `Manifest-Version: 1.0\r\nTocsin-Connector: ${connector}\r\n\r\n`),
  );
  return jobJar(path);
}

/** A zip archive of one stored file, without its checksum, which our reader does not ask for. */
export function zip(name: string, text: string): Buffer {
  const file = Buffer.from(name);
  const bytes = Buffer.from(text);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([signature(0x04034b50), common, file, bytes]);
  const central = Buffer.concat([
    signature(0x02014b50),
    Buffer.from([20, 0]),
    common,
    Buffer.alloc(14),
    file,
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
