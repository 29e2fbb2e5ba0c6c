/** The words of triage: facts, and what is made of them. */
import { Verdict } from '../../contracts/shared.ts';

/** One thing that is known about an incident: gathered by code, cited by its id, the only ground a sentence may stand on. */
export interface Fact {
  /** Short and stable within a message: `value`, `expected`, `history.2`, `neighbour.1`, `note.1`. */
  readonly id: string;
  /** The fact as a sentence, ready to be read. */
  readonly text: string;
  /** Every number that a sentence may take from it, in the fact's own units. */
  readonly numbers: readonly number[];
  /** Entities, metrics, sources, rules, owners and label values that it names. */
  readonly names: readonly string[];
  /** False where words come from records, labels or notes: those may hold instructions, and are data only. */
  readonly trusted: boolean;
}

/** What is made of the facts. */
export const VERDICTS = Verdict.options;
export type { Verdict };

/** A verdict, and the facts that it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Why, in a sentence a person on call reads. */
  readonly reason: string;
  /** Ids of {@link Fact}s, at least one. */
  readonly cites: readonly string[];
}
