/** Keeps the verdict in the document of the record that it is about. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { isBeat } from '../incidents/beat.ts';
import type { ResultStore } from '../ports/results/port.ts';
import { resultIdOf } from '../results/document.ts';
import type { Analysis } from './analysis.ts';
import type { Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import { judge } from './judge.ts';

interface Parts {
  readonly results: Pick<ResultStore, 'keepJudged'>;
  readonly logger: Logger;
}

/** Never fails: the e-mail is on its way, and must not be made again for the sake of a document. */
export async function remember(
  evidence: Evidence,
  analysis: Analysis,
  { results, logger }: Parts,
): Promise<void> {
  const { request, incident, about, now } = evidence;
  // A renewal is no new result, and of an end nothing is judged.
  if (isBeat(incident) || about.kind === 'renewed' || request.kind === 'resolved') return;
  try {
    const judged = { timestamp: now.toISOString(), ...(byModel(analysis) ?? byRules(evidence)) };
    await results.keepJudged(resultIdOf(about), judged);
  } catch (error) {
    logger.warn('The verdict was not kept', { alert_id: request.alert_id, error });
  }
}

function byRules(evidence: Evidence) {
  const { verdict, reason } = judge(evidence, factsOf(evidence));
  return { by: 'rules', verdict, text: reason };
}

/** A model's verdict, with what of its summary may be said; nothing where either is missing. */
function byModel(analysis: Analysis) {
  if (analysis.kind !== 'text' || analysis.vetted.isRejected) return undefined;
  const { verdict, summary } = analysis.vetted;
  if (verdict === undefined || summary.length === 0) return undefined;
  return { by: analysis.model, verdict, text: summary.join(' ') };
}
