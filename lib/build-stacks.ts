/** The stacks of one stage, for AWS (bin/app.ts) and for this machine (local/app.ts) alike. */
import { type App, type Environment, Tags } from 'aws-cdk-lib';
import type { LoadedConfig } from './config/load.ts';
import { type JobJar, jobJar } from './constructs/job-jar.ts';
import { DataStack } from './stacks/data-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';

export interface BuildOptions {
  /** Account and region; the region of the config wins. @default that of the deployer's profile */
  readonly env?: Environment;
  /** @default the jar that `npm run build` leaves */
  readonly jar?: JobJar;
}

export interface TocsinStacks {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
}

/** @throws JarMissing when the Flink job is not built */
export function buildStacks(
  app: App,
  { settings, sources }: LoadedConfig,
  options: BuildOptions = {},
): TocsinStacks {
  const jar = options.jar ?? jobJar();
  const prefix = `${settings.projectName}-${settings.stage}`;
  const common = {
    config: settings,
    env: { ...options.env, ...(settings.region !== undefined && { region: settings.region }) },
    terminationProtection: settings.protectData,
  };
  const data = new DataStack(app, `${prefix}-Data`, {
    ...common,
    description: 'Tocsin: what survives every deploy',
  });
  const pipeline = new PipelineStack(app, `${prefix}-Pipeline`, {
    ...common,
    description: 'Tocsin: the way of a record, from stream to e-mail',
    data,
    jar,
    sources: sources.sources.map(({ name }) => name),
  });
  Tags.of(app).add('project', settings.projectName);
  Tags.of(app).add('stage', settings.stage);
  return { data, pipeline };
}
