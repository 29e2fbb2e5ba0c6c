/** Which rules that learn say nothing of this series yet: so only fixed limits judge it. */
import { readingsToLearn, rulesFor, whatItLearns } from '../../contracts/learning.ts';
import type { Evidence } from './evidence.ts';
import { number } from './words.ts';

/** A line for the e-mail; none when nothing learns, or how much has been seen is not known. */
export function learningLines({ about, rules = [] }: Pick<Evidence, 'about' | 'rules'>): readonly string[] {
  const { readings_seen: seen } = about;
  if (seen === null) return [];
  const learning = rulesFor(rules, about).filter((rule) => seen <= readingsToLearn(rule));
  if (learning.length === 0) return [];
  const names = learning.map((rule) => `${rule.id} (${rule.kind}, needs ${whatItLearns(rule)})`);
  return [
    `Still learning: this is reading ${number(seen)} of this series. Fixed limits alone judge it until enough has come for ${names.join(' and ')}`,
  ];
}
