/**
 * The verdict by rules: an ordered table, the first row that holds decides. Pure, and the same for the same evidence.
 * It is advice in the text: it holds no e-mail back and changes no severity.
 */
import type { Evidence } from './evidence.ts';
import type { Fact, Judgement } from './fact.ts';
import { caseOf, type Row } from './judge-case.ts';
import * as rows from './judge-rows.ts';

const TABLE: readonly Row[] = [
  rows.stale,
  rows.wrongUnit,
  rows.announced,
  rows.silentSource,
  rows.afterDeploy,
  rows.sourceWide,
  rows.backAtOnce,
  rows.corroborated,
  rows.knownTrouble,
  rows.noisyRule,
  rows.stillByChance,
  rows.oftenLate,
  rows.lasting,
  rows.creep,
  rows.marginal,
];

/**
 * The verdict, why, and the facts that it rests on; each cited id is one of `facts`.
 * @param facts of the same evidence, see factsOf
 */
export function judge(evidence: Evidence, facts: readonly Fact[]): Judgement {
  const of = caseOf(evidence);
  const answer = TABLE.map((row) => row(of)).find((each) => each !== undefined) ?? rows.standsOut(of);
  const [verdict, reason, ...cites] = answer;
  const known = new Set(facts.map(({ id }) => id));
  const held = cites.filter((id) => known.has(id));
  return { verdict, reason, cites: held.length > 0 ? held : ['value'] };
}
