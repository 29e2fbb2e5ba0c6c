/** A model's part of an e-mail, or why there is none: asked by the governor, and of the answer only what holds. Never fails. */

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

/**
 * The analysis for a message. Only the first message of an incident asks. Later ones say again what was written then, as far
 * as it holds now, so that one call an incident is enough however often it gets worse.
 * @param governor absent where the stage has no model
 */
export async function analyse(evidence: Evidence, governor: Governor | undefined): Promise<Analysed> {
  const { request } = evidence;
  if (governor === undefined) return nothing;
  if (request.kind === 'escalated' || request.kind === 'reminder') {
    const outcome = await governor.recall(request.incident_id);
    return outcome === undefined ? nothing : { ...nothing, analysis: analysisOf(outcome, evidence) };
  }
  if (request.kind !== 'opened') return nothing;
  const asked = askedOf(evidence);
  const { outcome: waited, settled } = governor.consult(request, asked);
  const outcome = await waited;
  return { analysis: analysisOf(outcome, evidence), outcome, settled };
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
