/** A stage's settings, checked before anything is synthesized. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as core from 'zod/v4/core';
import { EntityDirectory, faultsOfRules, HEARTBEAT, RuleSet, SourceSet } from '../../contracts/index.ts';
import { priceOf } from '../../lambdas/triage/prices.ts';
import { dev } from './dev.ts';
import { local } from './local.ts';
import { prod } from './prod.ts';
import { StageConfig } from './schema.ts';
import { staging } from './staging.ts';

/** The project's folder, where the paths in a stage config start. */
export const projectRoot = join(import.meta.dirname, '..', '..');

export const stages: Readonly<Record<string, StageConfig>> = { local, dev, staging, prod };

/** A stage's settings with what its files hold. */
export interface LoadedConfig {
  readonly settings: StageConfig;
  readonly rules: RuleSet;
  readonly sources: SourceSet;
  readonly entities: EntityDirectory;
}

export interface LoadOptions {
  /** Name of the stage; `dev` when absent. */
  readonly stage?: string | undefined;
  /** Addresses, joined by commas, that take the place of the stage's. */
  readonly notificationEmails?: string | undefined;
  /** @default the machine's time */
  readonly now?: Date | undefined;
}

export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
}

/** @throws ConfigInvalid that names the file, the setting (or rule) and the reason; all faults of a file at once. */
export function loadConfig(options: LoadOptions = {}): LoadedConfig {
  const name = options.stage ?? 'dev';
  const literal = stages[name];
  if (literal === undefined) {
    throw new ConfigInvalid(
      `There is no stage "${name}". Choose one: -c stage=${Object.keys(stages).join('|')}`,
    );
  }
  const emails = options.notificationEmails?.split(',').filter((address) => address.trim() !== '');
  return checkConfig(
    { ...literal, ...(emails && { notificationEmails: emails.map((address) => address.trim()) }) },
    options.now,
  );
}

/** Further ahead than that no stage may be quiet: clocks differ, and a deploy takes its time. */
export const LONGEST_QUIET_MS = 60 * 60_000;

/** Checks settings and the files that they name, as they are at a time. @throws ConfigInvalid */
export function checkConfig(candidate: StageConfig, now: Date = new Date()): LoadedConfig {
  const settings = parse(StageConfig, candidate, `lib/config/${candidate.stage}.ts`);
  const sources = parse(SourceSet, readJson(settings.sourcesFile), settings.sourcesFile);
  const rules = parse(RuleSet, readJson(settings.rulesFile), settings.rulesFile);
  const entities = parse(EntityDirectory, readJson(settings.entitiesFile), settings.entitiesFile);

  const faults = [
    ...faultsOfRules(rules, sources, settings.detection).map((fault) => `${settings.rulesFile}: ${fault}`),
    ...sources.sources
      .filter(({ match }) => match.stream !== undefined && !settings.inputs.includes(match.stream))
      .map(
        ({ name, match }) =>
          `${settings.sourcesFile}: source ${name}: there is no input stream "${match.stream}" (the stage has ${settings.inputs.join(', ')})`,
      ),
  ];
  faults.push(...faultsOfNames(settings, { rules, sources, entities }), ...faultsOfModel(settings));
  faults.push(...faultsOfQuiet(settings, now), ...faultsOfWarmStart(settings, now));
  if (faults.length > 0) throw new ConfigInvalid(faults.join('\n'));
  return { settings, rules, sources, entities };
}

/** Names that lead nowhere, or that are not free. */
function faultsOfNames(
  { sourcesFile, rulesFile, entitiesFile, notificationEmails, stage }: StageConfig,
  { rules, sources, entities }: Omit<LoadedConfig, 'settings'>,
): string[] {
  const names = sources.sources.map(({ name }) => name);
  const unknown = (source: string) => !names.includes(source);
  const list = `there is ${names.join(', ')}`;
  const filters = notificationEmails.flatMap((each) =>
    typeof each === 'string' ? [] : (each.sources ?? []).map((source) => ({ address: each.address, source })),
  );
  return [
    ...(names.includes(HEARTBEAT) ? [`${sourcesFile}: the name ${HEARTBEAT} is taken by the heartbeat`] : []),
    ...(rules.rules.some(({ id }) => id === HEARTBEAT)
      ? [`${rulesFile}: the id ${HEARTBEAT} is taken by the heartbeat`]
      : []),
    ...entities.entities
      .filter(({ source }) => unknown(source))
      .map(({ source, entity }) => `${entitiesFile}: ${entity}: there is no source "${source}" (${list})`),
    ...filters
      .filter(({ source }) => unknown(source))
      .map(
        ({ address, source }) =>
          `lib/config/${stage}.ts: ${address}: there is no source "${source}" (${list})`,
      ),
  ];
}

/** A year mistyped would keep every alert back until then, and nothing would look ill. */
function faultsOfQuiet({ stage, flink: { quietUntil } }: StageConfig, now: Date): string[] {
  if (quietUntil === undefined || Date.parse(quietUntil) <= now.getTime() + LONGEST_QUIET_MS) return [];
  return [
    `lib/config/${stage}.ts: flink.quietUntil: ${quietUntil} lies more than an hour after now (${now.toISOString()}): ` +
      'until then nobody would be told of anything. Set the time of the deploy',
  ];
}

/** From a time to come there is nothing to learn, and of two archives the faster one would make the other late. */
function faultsOfWarmStart({ stage, inputs, flink: { warmFrom } }: StageConfig, now: Date): string[] {
  if (warmFrom === undefined) return [];
  const fault = (text: string) => `lib/config/${stage}.ts: flink.warmFrom: ${text}`;
  const comes = Date.parse(warmFrom) >= now.getTime();
  return [
    ...(comes
      ? [
          fault(
            `${warmFrom} does not lie before now (${now.toISOString()}). ` +
              'Set the time that `npx tocsin warm --from` was given',
          ),
        ]
      : []),
    ...(inputs.length > 1
      ? [fault(`a start from the archive takes one input stream, and the stage has ${inputs.length}`)]
      : []),
  ];
}

/** What a text model needs besides its own settings. */
function faultsOfModel({ stage, triage: { textModel } }: StageConfig): string[] {
  const fault = (text: string) => `lib/config/${stage}.ts: triage.textModel: ${text}`;
  if (textModel.kind === 'none') return [];
  const isProfileOfTheirs = textModel.kind === 'bedrock' && textModel.modelId.startsWith('arn:');
  const isNamed = isProfileOfTheirs ? textModel.profileOf !== undefined : true;
  const isPlain =
    textModel.kind === 'openai-compatible' &&
    textModel.apiKeySecretArn !== undefined &&
    textModel.baseUrl.startsWith('http:');
  return [
    ...(isNamed
      ? []
      : [fault('an inference profile of your own needs profileOf, the id of the model behind it')]),
    ...(isPlain ? [fault('a key is sent over https only')] : []),
    ...(priceOf(textModel) === undefined
      ? [
          fault(
            'lambdas/triage/prices.ts does not know what this model costs: set price, in USD for a million tokens',
          ),
        ]
      : []),
  ];
}

/** A path of a stage config, which starts at the project's folder. */
export function resolvePath(file: string): string {
  return isAbsolute(file) ? file : join(projectRoot, file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(resolvePath(file), 'utf8'));
  } catch (error) {
    throw new ConfigInvalid(`${file}: ${error}`);
  }
}

function parse<T>(schema: core.$ZodType<T>, value: unknown, file: string): T {
  const parsed = core.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw new ConfigInvalid(
    parsed.error.issues.map((issue) => `${file}: ${describe(issue, value)}`).join('\n'),
  );
}

/** `rule cpu-limit (rules.3.high): expected number`; the id is what a person searches for. */
function describe(issue: core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String);
  const id = idAt(value, path.slice(0, 2));
  const where = path.length === 0 ? '' : `${id ?? ''}${path.join('.')}: `;
  return `${where}${issue.message}`;
}

function idAt(value: unknown, path: readonly string[]): string | undefined {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const id = Reflect.get(found, 'id') ?? Reflect.get(found, 'name');
  return typeof id === 'string' ? `${path[0]?.replace(/s$/, '')} ${id}: ` : undefined;
}
