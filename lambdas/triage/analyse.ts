/** A model's part of an e-mail, or why there is none: asked by the governor, and of the answer only what holds. Never fails. */

import type { ChannelStore } from '../ports/channel/port.ts';
import type { Analysis } from './analysis.ts';
import type { Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import type { Governor, Outcome } from './governor.ts';
import { judge } from './judge.ts';
import { sanitise } from './sanitise.ts';
import { type Asked, type Vetted, vet } from './vet.ts';

export interface Analysed {
  readonly analysis: Analysis;
  /** What came of the asking; absent where nobody was asked. */
  readonly outcome?: Outcome;
  /** When all that comes of it is stored. Never fails. */
  readonly settled: Promise<void>;
}

const nothing: Analysed = { analysis: { kind: 'none' }, settled: Promise.resolve() };
const FAULT = 'the step that asks the model and checks its answer failed.';
const fault: Analysed = {
  ...nothing,
  analysis: { kind: 'missing', reason: FAULT },
  outcome: { kind: 'missing', why: 'fault', reason: FAULT },
};

const STORM: Outcome = { kind: 'missing', why: 'storm', reason: 'in a storm of e-mails no model is asked.' };

export interface AnalyseParts {
  /** Says whether the e-mail would have one of its own; absent: it would. */
  readonly channel?: Pick<ChannelStore, 'read'> | undefined;
  /** Hears of an error of ours: the e-mail is worth more than its optional part, and goes without. */
  readonly onFault: (error: unknown) => void;
}

/** Messages of a storm go into a digest, which has no analyses: one would be paid for and read by nobody. */
async function isStorm(channel: AnalyseParts['channel']): Promise<boolean> {
  // Where it cannot be read, the e-mail may well be one of its own.
  const state = await channel?.read().catch(() => undefined);
  return state !== undefined && state.storm_since !== null;
}

/**
 * The analysis for a message. Only the first message of an incident asks. Later ones say again what was written then, as far
 * as it holds now, so that one call an incident is enough however often it gets worse.
 * @param governor absent where the stage has no model
 */
export async function analyse(
  evidence: Evidence,
  governor: Governor | undefined,
  { channel, onFault }: AnalyseParts,
): Promise<Analysed> {
  const { request } = evidence;
  if (governor === undefined) return nothing;
  let settled = nothing.settled;
  try {
    if (request.kind === 'escalated' || request.kind === 'reminder') {
      const outcome = await governor.recall(request.incident_id);
      return outcome === undefined ? nothing : { ...nothing, analysis: analysisOf(outcome, evidence) };
    }
    if (request.kind !== 'opened') return nothing;
    if (await isStorm(channel)) {
      const outcome = (await governor.recall(request.incident_id)) ?? STORM;
      return { ...nothing, analysis: analysisOf(outcome, evidence), outcome };
    }
    const consultation = governor.consult(request, askedOf(evidence));
    settled = consultation.settled;
    const outcome = await consultation.outcome;
    return { analysis: analysisOf(outcome, evidence), outcome, settled };
  } catch (error) {
    onFault(error);
    return { ...fault, settled };
  }
}

function analysisOf(outcome: Outcome, evidence: Evidence): Analysis {
  if (outcome.kind === 'missing') return { kind: 'missing', reason: outcome.reason };
  const { answer, model, asked_at, isReused } = outcome;
  const vetted: Vetted = vet(answer, askedOf(evidence), { knownLinks: linksOf(evidence) });
  return { kind: 'text', model, vetted, ...(isReused && { written_at: asked_at }) };
}

/** What a model is asked about the evidence: the facts as it may see them, and what the rules say. */
export function askedOf(evidence: Evidence): Asked {
  const facts = factsOf(evidence);
  return { facts: sanitise(facts), judgement: judge(evidence, facts), severity: evidence.about.severity };
}

const linksOf = ({ known }: Evidence): readonly string[] =>
  known?.runbook_url === undefined ? [] : [known.runbook_url];
