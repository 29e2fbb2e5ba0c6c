/** An incident told in a few lines, and what somebody with experience would say of it. */
import type { AlarmType, DirectoryEntry, NoteKind, Resolution } from '../../contracts/index.ts';
import type { Verdict } from '../../lambdas/triage/fact.ts';
import { mulberry32 } from '../nab/halves.ts';

/** What the story is about; the halves hold as many of each. */
export const KINDS = [
  'spike',
  'drift',
  'stuck',
  'missing',
  'load-test',
  'deploy',
  'glitch',
  'bad-record',
  'noisy-rule',
  'source-wide',
] as const;
export type Kind = (typeof KINDS)[number];

/** Another incident, of this entity before or of anybody beside it. */
export interface Beside {
  readonly entity?: string;
  readonly metric: string;
  readonly rule: string;
  readonly alarm: AlarmType;
  readonly value: number;
  /** Minutes before this one; negative: after. */
  readonly before: number;
  /** How it ended, and after how many minutes; absent: it is open. */
  readonly end?: 'cleared' | 'quiet' | Resolution;
  readonly lasted?: number;
}

/** A note, its times in minutes from the incident's beginning. */
export interface NoteBeside {
  readonly kind: NoteKind;
  readonly source?: string;
  readonly entity?: string;
  readonly metric?: string;
  readonly from: number;
  readonly until?: number;
  readonly author?: string;
  readonly text: string;
}

export interface Story {
  readonly id: string;
  readonly kind: Kind;
  readonly entity: string;
  readonly metric: string;
  readonly rule: string;
  readonly at: string;
  /** Judged values, oldest first; the last one is the anomaly's. */
  readonly values: readonly number[];
  readonly alarm: AlarmType;
  /** How many of the last values stray, and are in no baseline. @default 1 */
  readonly strays?: number;
  /** Where they are not to be had from the values (drift, missing). */
  readonly score?: number;
  readonly expected?: readonly [number | null, number | null];
  /** Minutes that the record came late. */
  readonly late?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** What came since, when the message is written. */
  readonly since?: { readonly alarm: AlarmType; readonly value: number; readonly seconds: number };
  readonly message?: 'opened' | 'escalated' | 'reminder';
  /** The entity's other incidents. */
  readonly past?: readonly Beside[];
  /** How many incidents of the rule were found to be what, in the weeks before. */
  readonly ruled?: Partial<Readonly<Record<Resolution | 'unjudged', number>>>;
  readonly beside?: readonly Beside[];
  readonly notes?: readonly NoteBeside[];
  readonly known?: Omit<DirectoryEntry, 'source' | 'entity'>;
  /** What somebody with experience would say, and why. */
  readonly label: Verdict;
  readonly why: string;
}

/** `count` values that spread around a mean, the same for the same seed. */
export function around(mean: number, spread: number, count: number, seed: number, digits = 1): number[] {
  const next = mulberry32(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Number((mean + spread * normal).toFixed(digits));
  });
}
