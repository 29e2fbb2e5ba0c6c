/**
 * What models said of incidents, and what it cost. A call is claimed and paid for before it is made, both in one write:
 * a message that comes twice asks once, and the budget is never overdrawn. Every adapter passes test/ports/analyses-conformance.
 */
import * as z from 'zod/mini';
import { Severity } from '../../../contracts/shared.ts';
import { VERDICTS } from '../../triage/fact.ts';
import { ModelAnswer, type Question } from '../text-model/port.ts';

/** `asked`: the call was begun; it may still run, or its function was ended. */
export const AnalysisState = z.enum(['asked', 'answered', 'failed']);

/** All that the model was told: a later reader sees what left the account, and what its words were held against. */
const AskedQuestion = z.object({
  facts: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      numbers: z.array(z.number()),
      names: z.array(z.string()),
      trusted: z.boolean(),
    }),
  ),
  judgement: z.object({ verdict: z.enum(VERDICTS), reason: z.string(), cites: z.array(z.string()) }),
  severity: Severity,
});

/** What is kept of the one call about an incident. */
export const StoredAnalysis = z.object({
  incident_id: z.string(),
  state: AnalysisState,
  /** The message that asked. */
  alert_id: z.string(),
  model: z.string(),
  question: AskedQuestion,
  asked_at: z.string(),
  ended_at: z.exactOptional(z.string()),
  /** Of a failed one: why, in plain words. */
  reason: z.exactOptional(z.string()),
  /** As it came; what of it may be said is decided anew each time it is shown. */
  answer: z.exactOptional(ModelAnswer),
  /** Millionths of a dollar: set aside when it was asked, and what it took when it ended. */
  micro_usd: z.int(),
  /** It came after the e-mail had left. */
  late: z.exactOptional(z.boolean()),
});
export type StoredAnalysis = z.infer<typeof StoredAnalysis>;

/** The record of a call that is about to be made. */
export function begunBy({ incident_id, alert_id, model, question, now, micro_usd }: Asking): StoredAnalysis {
  const { facts, judgement, severity } = question;
  return {
    ...{ incident_id, alert_id, model, micro_usd },
    question: {
      facts: facts.map((fact) => ({ ...fact, numbers: [...fact.numbers], names: [...fact.names] })),
      judgement: { ...judgement, cites: [...judgement.cites] },
      severity,
    },
    state: 'asked',
    asked_at: now.toISOString(),
  };
}

/** A call that is about to be made. */
export interface Asking {
  readonly incident_id: string;
  readonly alert_id: string;
  readonly model: string;
  readonly question: Question;
  readonly now: Date;
  /** The most that it can cost, in millionths of a dollar. */
  readonly micro_usd: number;
}

/** In millionths of a dollar. */
export interface Budget {
  readonly day: number;
  readonly month: number;
}

/**
 * `asked`: the caller, and nobody else, may ask the model now, and the money is set aside.
 * `known`: somebody asked before; nothing was stored. `day`, `month`: the budget does not hold it; nothing was stored.
 */
export type AskResult =
  | { readonly outcome: 'asked' }
  | { readonly outcome: 'known'; readonly analysis: StoredAnalysis }
  | { readonly outcome: 'over-budget'; readonly of: 'day' | 'month' };

/** How a call ended. */
export interface Ending {
  readonly now: Date;
  readonly late: boolean;
  /** What it took; the rest of what was set aside is free again. */
  readonly micro_usd: number;
  readonly result: { readonly answer: ModelAnswer } | { readonly reason: string };
}

export interface Spent {
  readonly day: number;
  readonly month: number;
}

export interface Analyses {
  /** Claims the call and sets its money aside, both or neither. */
  ask(asking: Asking, budget: Budget): Promise<AskResult>;
  /** Stores how it ended, once; a second end changes nothing. */
  end(asking: Asking, ending: Ending): Promise<void>;
  find(incidentId: string): Promise<StoredAnalysis | undefined>;
  /** Set aside or spent on the day (UTC) and in the month of the instant. */
  spent(at: Date): Promise<Spent>;
}

/** `2026-11-21` and `2026-11`: the days of a budget are those of UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
export const monthOf = (at: Date): string => at.toISOString().slice(0, 7);
