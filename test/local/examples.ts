/** The configuration of an example source, read as a deploy reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuleSet, SourceSet } from '../../contracts/index.ts';
import { ROOT } from '../../local/paths.ts';

export function exampleConfig(name: string): { readonly rules: RuleSet; readonly sources: SourceSet } {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(join(ROOT, 'config', 'examples', name, file), 'utf8'));
  return { rules: RuleSet.parse(read('rules.json')), sources: SourceSet.parse(read('sources.json')) };
}
