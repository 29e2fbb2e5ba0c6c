/** How well do rules do, by what staff found their incidents to be, and which limit would do better? Pure. */
import { type Rule, Rule as RuleContract } from '../../contracts/rule.ts';
import type { RuleIncident } from '../../lambdas/ports/incident-store/port.ts';

/** A number of a rule that would have let fewer false alarms through, and every true one. */
export interface Suggestion {
  readonly field: 'high' | 'low' | 'multiplier';
  readonly from: number;
  readonly to: number;
  /** Judged incidents that would not have been: all of them false alarms. */
  readonly fewer: number;
}

export interface RuleReview {
  readonly rule_id: string;
  readonly incidents: number;
  readonly mails_per_week: number;
  readonly judged: number;
  readonly false_alarms: number;
  /** Share of the judged incidents that were none of false positive or expected; null where nobody judged. */
  readonly precision: number | null;
  readonly suggestion: Suggestion | null;
}

/** Fewer judged incidents than this say nothing about a limit. */
const FEWEST_JUDGED = 3;

/** One rule's incidents of some weeks. @param multiplier k of a deviation rule that names none */
export function reviewOf(
  rule: Rule,
  incidents: readonly RuleIncident[],
  weeks: number,
  multiplier: number,
): RuleReview {
  const judged = incidents.filter(({ resolution }) => resolution !== null);
  const falseAlarms = judged.filter(isFalse);
  const mails = incidents.reduce((sum, each) => sum + each.mails, 0);
  return {
    rule_id: rule.id,
    incidents: incidents.length,
    mails_per_week: Math.round((mails / weeks) * 10) / 10,
    judged: judged.length,
    false_alarms: falseAlarms.length,
    precision: judged.length === 0 ? null : 1 - falseAlarms.length / judged.length,
    suggestion: judged.length < FEWEST_JUDGED ? null : suggestionFor(rule, judged, multiplier),
  };
}

/** The least precise first, then the loudest; what nobody judged last. */
export function worstFirst(reviews: readonly RuleReview[]): RuleReview[] {
  const rank = ({ precision }: RuleReview) => precision ?? 2;
  return [...reviews].sort((a, b) => rank(a) - rank(b) || b.mails_per_week - a.mails_per_week);
}

/** The rule with the suggested number. */
export function withSuggestion(rule: Rule, { field, to }: Suggestion): Rule {
  return { ...rule, [field]: to };
}

const isFalse = ({ resolution }: RuleIncident): boolean =>
  resolution === 'false_positive' || resolution === 'expected';

/** Of the numbers that a rule has, the one whose change would have spared most false alarms. */
function suggestionFor(rule: Rule, judged: readonly RuleIncident[], multiplier: number): Suggestion | null {
  const found = numbersOf(rule, multiplier).flatMap((each) => {
    const concerned = judged.flatMap((incident) => {
      const distance = each.distanceOf(incident);
      return distance === undefined ? [] : [{ distance, isFalse: isFalse(incident) }];
    });
    const to = between(each.value, concerned, each.outward);
    if (to === undefined || !isSound(rule, each.field, to.to)) return [];
    return [{ field: each.field, from: each.value, ...to }];
  });
  const [best] = found.sort((a, b) => b.fewer - a.fewer);
  return best ?? null;
}

/** The rule would still say what it says in order. */
function isSound(rule: Rule, field: Suggestion['field'], to: number): boolean {
  return RuleContract.safeParse({ ...rule, [field]: to }).success;
}

interface Tunable {
  readonly field: Suggestion['field'];
  readonly value: number;
  /** 1 where a larger number alarms less, -1 where a smaller one does. */
  readonly outward: 1 | -1;
  /** The number that the incident's worst reading would just not have crossed; undefined where it crossed another. */
  readonly distanceOf: (incident: RuleIncident) => number | undefined;
}

function numbersOf(rule: Rule, multiplier: number): Tunable[] {
  if (rule.kind === 'deviation') {
    const distanceOf = ({ worst_score }: RuleIncident) =>
      worst_score === null ? undefined : Math.abs(worst_score);
    return [{ field: 'multiplier', value: rule.multiplier ?? multiplier, outward: 1, distanceOf }];
  }
  if (rule.kind !== 'limits' && rule.kind !== 'window') return [];
  // What went beyond the second limit would have alarmed by that one.
  const on = (side: 'High' | 'Low') => (incident: RuleIncident) =>
    incident.alarm_type === side ? incident.worst_value : undefined;
  const tunable = (field: 'high' | 'low', value: number | undefined): Tunable[] => {
    if (value === undefined) return [];
    const outward = field === 'high' ? 1 : -1;
    return [{ field, value, outward, distanceOf: on(field === 'high' ? 'High' : 'Low') }];
  };
  return [...tunable('high', rule.high), ...tunable('low', rule.low)];
}

interface Concerned {
  readonly distance: number;
  readonly isFalse: boolean;
}

/** Beyond the farthest false alarm that lies nearer than every true one; rounded to where people would put it. */
function between(
  value: number,
  concerned: readonly Concerned[],
  outward: 1 | -1,
): Pick<Suggestion, 'to' | 'fewer'> | undefined {
  const out = (number: number) => number * outward;
  const nearestTrue = Math.min(
    ...concerned.filter((each) => !each.isFalse).map(({ distance }) => out(distance)),
  );
  const spared = concerned.filter((each) => each.isFalse && out(each.distance) < nearestTrue);
  if (spared.length === 0) return undefined;
  const farthest = Math.max(...spared.map(({ distance }) => out(distance)));
  const to = roundOutward(farthest, nearestTrue) * outward;
  return out(to) <= out(value) ? undefined : { to, fewer: spared.length };
}

/** The roundest number in [from, below): limits are crossed from beyond, so `from` itself does not alarm. */
function roundOutward(from: number, below: number): number {
  const size = from === 0 ? 0 : Math.floor(Math.log10(Math.abs(from)));
  for (let digits = 1; digits <= 15; digits++) {
    const step = 10 ** (size - digits + 1);
    // Division by a power of ten keeps the digits that multiplication by a fraction would smear.
    const rounded = step >= 1 ? Math.ceil(from / step) * step : Math.ceil(from * (1 / step)) / (1 / step);
    if (rounded >= from && rounded < below && Number.isFinite(rounded) && digits >= 2) return rounded;
  }
  return from;
}
