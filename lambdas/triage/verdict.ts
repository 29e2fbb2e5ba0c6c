/** A judgement in words, with what it rests on. */
import type { Severity } from '../../contracts/shared.ts';
import type { Fact, Judgement, Verdict } from './fact.ts';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  CONFIRMED: 'Real',
  LIKELY: 'Probably real',
  INCONCLUSIVE: 'Cannot be told',
  FALSE_POSITIVE: 'Probably no trouble',
};

/** Facts that the reason or another part of the e-mail tells already. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'subject',
  'value',
  'expected',
  'recent',
  'since',
  'rule',
  'rule.record',
  'distance',
  'late',
  'back',
  'holds',
  'straying',
  'trend',
  'unit',
  'beside',
  'neighbours',
  'history',
]);

/**
 * `Probably real (LIKELY): It is clearly out, …`, then the facts that it cites and that stand nowhere else.
 * @param severity of the message; the text may say that less would do, and that is all that comes of it
 */
export function verdictText(
  { verdict, reason, cites }: Judgement,
  facts: readonly Fact[],
  severity: Severity,
): string {
  const grounds = cites
    .filter((id) => !TOLD_ELSEWHERE.has(id))
    .flatMap((id) => facts.find((fact) => fact.id === id)?.text ?? []);
  const milder =
    verdict === 'FALSE_POSITIVE' && severity === 'critical'
      ? ['By this alone, warning would do instead of critical.']
      : [];
  return [`${VERDICT_WORDS[verdict]} (${verdict}): ${reason}`, ...grounds, ...milder].join('\n');
}
