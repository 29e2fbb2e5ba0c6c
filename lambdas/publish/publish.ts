/** What a deploy does to the published rules and sources: nothing, or one conditional write. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import {
  EntityDirectory,
  faultsOfRules,
  PublishedRuleSet,
  RuleSet,
  SourceSet,
} from '../../contracts/index.ts';
import { ENTITIES_KEY, RULES_KEY, SOURCES_KEY } from './keys.ts';

/** Objects that are read whole and written only over what was read. */
export interface ConfigStore {
  /** The object's text and tag; undefined where there is none. */
  read(key: string): Promise<{ readonly text: string; readonly tag: string } | undefined>;
  /** @throws WrittenMeanwhile when the object is no longer that of `tag` (undefined: when there is one) */
  write(key: string, text: string, tag: string | undefined): Promise<void>;
}

export class WrittenMeanwhile extends Error {
  override readonly name = 'WrittenMeanwhile';
  readonly retryable = true;
}

export class ConfigUnreadable extends Error {
  override readonly name = 'ConfigUnreadable';
  readonly retryable = false;
}

export interface Publication {
  readonly action: 'kept' | 'written';
  readonly reason: 'unchanged' | 'first' | 'changed';
  readonly version: number;
}

/** Writers that meet at one object in one deploy are few; this many losses mean something else is wrong. */
const MAX_ATTEMPTS = 5;

/**
 * Checks what a deploy brings before any of it is published.
 * @returns what the texts say
 * @throws ConfigUnreadable when either text breaks its contract, or a rule could never judge or alarm
 */
export function checkTogether(
  rulesText: string,
  sourcesText: string,
  deviationRows: number,
): { readonly rules: RuleSet; readonly sources: SourceSet } {
  const rules = parse(RuleSet, rulesText, 'the rules of this deploy');
  const sources = parse(SourceSet, sourcesText, 'the sources of this deploy');
  const faults = faultsOfRules(rules, sources, { deviationRows });
  if (faults.length > 0) throw new ConfigUnreadable(`the rules of this deploy: ${faults.join('; ')}`);
  return { rules, sources };
}

/**
 * Publishes rules with the next version number when their content changed.
 * @throws ConfigUnreadable when either text breaks its contract
 */
export async function publishRules(store: ConfigStore, text: string): Promise<Publication> {
  const wanted = parse(RuleSet, text, 'the rules of this deploy');
  return attempt(async () => {
    const found = await store.read(RULES_KEY);
    const before = found && parse(PublishedRuleSet, found.text, `the published ${RULES_KEY}`);
    if (before !== undefined && isDeepStrictEqual(before.rules, wanted.rules)) {
      return { action: 'kept', reason: 'unchanged', version: before.version };
    }
    const version = (before?.version ?? 0) + 1;
    await store.write(RULES_KEY, JSON.stringify({ version, rules: wanted.rules }), found?.tag);
    return { action: 'written', reason: before === undefined ? 'first' : 'changed', version };
  });
}

/** Publishes sources when their content changed. @throws ConfigUnreadable when the text breaks its contract */
export function publishSources(store: ConfigStore, text: string): Promise<Omit<Publication, 'version'>> {
  return publishPlain(store, SOURCES_KEY, parse(SourceSet, text, 'the sources of this deploy'));
}

/** Publishes the directory when its content changed. @throws ConfigUnreadable when the text breaks its contract */
export function publishEntities(store: ConfigStore, text: string): Promise<Omit<Publication, 'version'>> {
  return publishPlain(store, ENTITIES_KEY, parse(EntityDirectory, text, 'the entities of this deploy'));
}

function publishPlain(
  store: ConfigStore,
  key: string,
  wanted: unknown,
): Promise<Omit<Publication, 'version'>> {
  return attempt(async () => {
    const found = await store.read(key);
    // Only compared, never used: what it holds may be older than today's contract.
    if (found !== undefined && isDeepStrictEqual(jsonOrNothing(found.text), wanted)) {
      return { action: 'kept', reason: 'unchanged' };
    }
    await store.write(key, JSON.stringify(wanted), found?.tag);
    return { action: 'written', reason: found === undefined ? 'first' : 'changed' };
  });
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  for (let left = MAX_ATTEMPTS; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WrittenMeanwhile) || left <= 1) throw error;
    }
  }
}

function parse<S extends z.core.$ZodType>(schema: S, text: string, what: string): z.infer<S> {
  const parsed = z.safeParse(schema, jsonOrNothing(text));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigUnreadable(`${what} cannot be read: ${faults.join('; ')}`);
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
