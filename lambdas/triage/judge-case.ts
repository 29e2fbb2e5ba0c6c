/** What the rows of the verdict's table read, worked out once. */
import type { Evidence } from './evidence.ts';
import type { Verdict } from './fact.ts';
import {
  besideOf,
  earlierOf,
  entitiesOf,
  foundOf,
  isAnnounced,
  isSuspect,
  reachOf,
  togetherOf,
} from './signs.ts';

export interface Case {
  readonly evidence: Evidence;
  readonly alarm: Evidence['about']['alarm_type'];
  readonly detector: Evidence['about']['detector'];
  /** Far out by a limit that people set: critical, whatever explains it. */
  readonly isFar: boolean;
  /** Place of the first note that announced it, and of the first deploy that is suspected; -1 for none. */
  readonly announced: number;
  readonly deploy: number;
  readonly beside: number;
  /** Other entities that moved with it. */
  readonly others: number;
  readonly reach: number | undefined;
  readonly earlier: ReturnType<typeof foundOf> & { readonly count: number; readonly alone: number };
  readonly ruled: ReturnType<typeof foundOf>;
}

/** A verdict, why, and the ids of the facts that it rests on. */
export type Answer = readonly [Verdict, reason: string, ...cites: string[]];
export type Row = (of: Case) => Answer | undefined;

export function caseOf(evidence: Evidence): Case {
  const { about, notes = [], ofRule = [] } = evidence;
  const earlier = earlierOf(evidence);
  return {
    evidence,
    alarm: about.alarm_type,
    detector: about.detector,
    isFar: about.alarm_type.includes('-'),
    announced: notes.findIndex((note) => isAnnounced(note, evidence)),
    deploy: notes.findIndex((note) => isSuspect(note, evidence)),
    beside: besideOf(evidence).length,
    others: entitiesOf(togetherOf(evidence)),
    reach: reachOf(evidence),
    earlier: {
      ...foundOf(earlier),
      count: earlier.length,
      alone: earlier.filter(({ resolved_by }) => resolved_by === 'cleared').length,
    },
    ruled: foundOf(ofRule),
  };
}
