/** Why a reading is new, in words: what a novelty score is made of. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import { foreignName } from './foreign.ts';
import { number } from './words.ts';

/** By the names that the job gives to the parts of a score (tocsin.novelty.Components). */
const REASONS: Readonly<Record<string, string>> = {
  range: 'outside everything seen so far',
  season: 'the daily pattern broke',
  extremes: 'a new high or low of the last 24 readings',
  sustained: 'off its usual level for the last 24 readings',
  forest: 'an unusual run of values',
  rarity: 'rare among its own scores so far',
};

/** A part below this share of the whole explains nothing. */
const TELLING_SHARE = 0.2;
const MOST_TOLD = 3;

interface Reason {
  readonly text: string;
  readonly contribution: number;
}

export function isNovelty({ detector }: Anomaly): boolean {
  return detector === 'novelty';
}

/** The largest parts of the score, the largest first: at least one where there is any. */
function reasonsOf({ contributions }: Anomaly): readonly Reason[] {
  const parts = Object.entries(contributions).filter(([, part]) => part > 0);
  const total = parts.reduce((sum, [, part]) => sum + part, 0);
  return parts
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .filter(([, part], place) => place === 0 || (place < MOST_TOLD && part >= TELLING_SHARE * total))
    .map(([name, contribution]) => ({ text: REASONS[name] ?? foreignName(name), contribution }));
}

/** The reason that weighs most: `outside everything seen so far`. */
export function mainReasonOf(anomaly: Anomaly): string {
  return reasonsOf(anomaly)[0]?.text ?? 'unlike the readings before it';
}

/** One line a reason, with its part of the score; nothing where nothing is told apart. */
export function whyOf(anomaly: Anomaly): string {
  const { score } = anomaly;
  const whole = score === null ? '' : ` of ${number(score)}`;
  return reasonsOf(anomaly)
    .map(({ text, contribution }) => `${text}: ${number(contribution)}${whole}`)
    .join('\n');
}
