/** What the suggested limits would have done with the archived records: one replay of today's rules, one of all suggestions. */
import type { RuleSet } from '../../contracts/rule.ts';
import type { Backtest } from '../backtest/backtest.ts';
import { type RuleReview, withSuggestion } from './review.ts';

/** E-mails of one rule over the same archived records. */
export interface TriedFigures {
  readonly days: number;
  readonly mails_now: number;
  readonly mails_suggested: number;
  readonly incidents_now: number;
  readonly incidents_suggested: number;
}

export interface TriedReview extends RuleReview {
  /** Null where nothing is suggested, or nothing could be replayed. */
  readonly backtest: TriedFigures | null;
}

/** The rules with every suggestion; undefined where there is none. */
export function suggestedRules({ rules }: RuleSet, reviews: readonly RuleReview[]): RuleSet | undefined {
  const suggestions = new Map(reviews.map(({ rule_id, suggestion }) => [rule_id, suggestion]));
  const changed = rules.map((rule) => {
    const suggestion = suggestions.get(rule.id);
    return suggestion ? withSuggestion(rule, suggestion) : rule;
  });
  return changed.every((rule, index) => rule === rules[index]) ? undefined : { rules: changed };
}

/** @param done the suggested rules against today's; undefined where nothing was replayed */
export function tried(reviews: readonly RuleReview[], done: Backtest | undefined): TriedReview[] {
  return reviews.map((review) => {
    const of = (replayed: Backtest['against']) =>
      replayed?.by_rule.find(({ rule_id }) => rule_id === review.rule_id);
    const [suggested, now] = [of(done?.rules), of(done?.against)];
    const isKnown = review.suggestion !== null && done !== undefined && suggested && now;
    if (!isKnown) return { ...review, backtest: null };
    const backtest = {
      days: done.days,
      mails_now: now.mails,
      mails_suggested: suggested.mails,
      incidents_now: now.incidents,
      incidents_suggested: suggested.incidents,
    };
    return { ...review, backtest };
  });
}
