/** Makes facts whose numbers are never fewer than those in their text. */
import type { Fact } from './fact.ts';

/** Instants, as they are written in texts, and ids. */
const NO_NUMBERS = /\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?: UTC|Z)?|\b[TN]-[0-9A-Z]{10}\b/g;
/** Digits that no letter, hyphen or dot joins to a name: `4,890.5`, `1.2e-9`, `-3`. */
const NUMBER = /(?<![\p{L}\p{N}_.-])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\p{L}\p{N}_]|[.-]\d)/giu;

/** The numbers that a text names, in the order in which they stand. */
export function numbersIn(text: string): number[] {
  return [...text.replace(NO_NUMBERS, ' ').matchAll(NUMBER)]
    .map(([digits]) => Number(digits.replaceAll(',', '')))
    .filter(Number.isFinite);
}

interface More {
  /** Besides those in the text: with all their digits. */
  readonly numbers?: readonly number[];
  readonly names?: readonly string[];
  readonly trusted?: boolean;
}

/** @param more a fact is trusted unless it says otherwise */
export function factOf(
  id: string,
  text: string,
  { numbers = [], names = [], trusted = true }: More = {},
): Fact {
  return { id, text, numbers: [...new Set([...numbers, ...numbersIn(text)])], names, trusted };
}
