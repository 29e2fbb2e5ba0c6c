/** What of a model's answer may be said: each sentence by itself, by ./truth.ts and ./speech.ts. Pure. */
import type { Severity } from '../../contracts/shared.ts';
import type { ModelAnswer } from '../ports/text-model/port.ts';
import { type Fact, type Judgement, VERDICTS, type Verdict } from './fact.ts';
import { type Grounds, groundsOf } from './grounds.ts';
import { type Offence, offenceOf } from './speech.ts';
import { type Mood, sentencesOf, type Untruth, untruthOf } from './truth.ts';

export type Removal = Untruth | Offence;

/** A sentence that may not be said, and why: for the log's count, never for the e-mail. */
export interface Removed {
  readonly sentence: string;
  readonly why: Removal;
}

/** An answer's part that may be said. */
export interface Vetted {
  /** The model's verdict, where it lies within a step of the rules'. */
  readonly verdict?: Verdict;
  /** A proposal, where it is lower than the rules' and they are not sure themselves. */
  readonly severity?: Severity;
  readonly summary: readonly string[];
  readonly causes: ReadonlyArray<{ readonly text: string; readonly cites: readonly string[] }>;
  readonly next_steps: readonly string[];
  readonly gaps: readonly string[];
  readonly removed: readonly Removed[];
  /** Sentences of the answer. */
  readonly total: number;
  /** So much had to go that nothing of it is said. */
  readonly isRejected: boolean;
}

export interface VetOptions {
  /** Links that may be said, such as the directory's runbook. */
  readonly knownLinks?: readonly string[];
  /** With a larger share of its sentences removed, nothing of an answer is said. @default 0.7 */
  readonly mostRemoved?: number;
}

/** Two sentences of three are lost on the way to this: what is left of such an answer is chance. */
export const MOST_REMOVED = 0.7;
const MOST = { summary: 3, causes: 3, next_steps: 3, gaps: 3 } as const;

export interface Asked {
  readonly facts: readonly Fact[];
  readonly judgement: Judgement;
  readonly severity: Severity;
}

/** What of the answer may be said of these facts. */
export function vet(answer: ModelAnswer, asked: Asked, options: VetOptions = {}): Vetted {
  const grounds = groundsOf(asked.facts);
  const removed: Removed[] = [];
  const counter = { total: 0 };
  const pass = (text: string, mood: Mood): string[] => {
    const sentences = sentencesOf(text);
    counter.total += sentences.length;
    return sentences.filter((sentence) => {
      const why =
        offenceOf(sentence, grounds, mood, options.knownLinks) ??
        untruthOf(withoutLinks(sentence, options), grounds, mood);
      if (why !== undefined) removed.push({ sentence, why });
      return why === undefined;
    });
  };
  const summary = pass(answer.summary, 'statement').slice(0, MOST.summary);
  const causes = answer.causes.flatMap(({ text, cites }) => {
    const kept = pass(text, 'statement');
    if (kept.length === 0) return [];
    if (isGrounded(kept, cites, asked.facts)) return [{ text: kept.join(' '), cites }];
    removed.push(...kept.map((sentence) => ({ sentence, why: 'citation' as const })));
    return [];
  });
  const lines = (texts: readonly string[], mood: Mood) => texts.flatMap((text) => pass(text, mood));
  const next_steps = lines(answer.next_steps, 'step').slice(0, MOST.next_steps);
  const gaps = lines(answer.gaps, 'gap').slice(0, MOST.gaps);
  const { total } = counter;
  const isRejected =
    summary.length + causes.length === 0 || removed.length > total * (options.mostRemoved ?? MOST_REMOVED);
  const judged = isRejected ? {} : judgedBy(answer, asked);
  return {
    ...judged,
    summary,
    causes: causes.slice(0, MOST.causes),
    next_steps,
    gaps,
    removed,
    total,
    isRejected,
  };
}

const withoutLinks = (sentence: string, { knownLinks = [] }: VetOptions): string =>
  knownLinks.reduce((rest, link) => rest.replaceAll(link, ' '), sentence);

/** A cause rests on facts that there are, and speaks of one of them. */
function isGrounded(sentences: readonly string[], cites: readonly string[], facts: readonly Fact[]): boolean {
  const cited = facts.filter(({ id }) => cites.includes(id));
  if (cited.length === 0 || cited.length < new Set(cites).size) return false;
  const { stems } = groundsOf(cited);
  const said: Grounds = groundsOf([
    { id: '', text: sentences.join(' '), numbers: [], names: [], trusted: false },
  ]);
  return [...said.stems].some((root) => root.length > 2 && stems.has(root)) || /\d/.test(sentences.join(' '));
}

/** The model moves the rules' verdict by a step at most, and proposes a lower severity only where they doubt, too. */
function judgedBy(answer: ModelAnswer, { judgement, severity }: Asked): Pick<Vetted, 'verdict' | 'severity'> {
  const place = (verdict: Verdict) => VERDICTS.indexOf(verdict);
  const isNear = Math.abs(place(answer.verdict) - place(judgement.verdict)) <= 1;
  const isDoubted = place(judgement.verdict) >= place('INCONCLUSIVE');
  const isLower = severity === 'critical' && answer.severity === 'warning';
  return {
    ...(isNear && { verdict: answer.verdict }),
    ...(isNear && isDoubted && isLower && { severity: answer.severity }),
  };
}
