/** Keeps the verdict in the document of the record that it is about. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { isBeat } from '../incidents/beat.ts';
import type { ResultStore } from '../ports/results/port.ts';
import { resultIdOf } from '../results/document.ts';
import type { Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import { judge } from './judge.ts';

interface Parts {
  readonly results: Pick<ResultStore, 'keepJudged'>;
  readonly logger: Logger;
}

/** Never fails: the e-mail is on its way, and must not be made again for the sake of a document. */
export async function remember(evidence: Evidence, { results, logger }: Parts): Promise<void> {
  const { request, incident, about, now } = evidence;
  // A renewal is no new result, and of an end nothing is judged.
  if (isBeat(incident) || about.kind === 'renewed' || request.kind === 'resolved') return;
  const { verdict, reason } = judge(evidence, factsOf(evidence));
  try {
    const judged = { timestamp: now.toISOString(), by: 'rules', verdict, text: reason };
    await results.keepJudged(resultIdOf(about), judged);
  } catch (error) {
    logger.warn('The verdict was not kept', { alert_id: request.alert_id, error });
  }
}
