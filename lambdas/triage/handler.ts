import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { AlertRequest } from '../../contracts/alert.ts';
import { parseEnv } from '../parse-env.ts';
import { analyse } from './analyse.ts';
import { TriageEnv } from './env.ts';
import { gather } from './evidence.ts';
import { partsFor } from './parts.ts';
import { compose } from './triage.ts';

const env = parseEnv(TriageEnv);
const logger = new Logger();
const metrics = new Metrics();
const processor = new SqsFifoPartialProcessorAsync();
const { queue, model, ...sources } = partsFor(env, new Tracer(), (what, error) =>
  logger.warn(`The e-mail goes without ${what}`, { error }),
);

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  try {
    const options = { context, skipGroupOnError: true, throwOnFullBatchFailure: false };
    return await processPartialResponse(event, handle, processor, options);
  } finally {
    metrics.publishStoredMetrics();
  }
}

async function handle(record: SQSRecord): Promise<void> {
  const request = AlertRequest.parse(JSON.parse(record.body));
  const evidence = await gather(request, sources, env.STAGE, new Date());
  if (evidence === undefined)
    throw new Error(`Incident ${request.incident_id} of ${request.alert_id} is not in the store`);
  const text = compose(evidence, { kind: 'none' });
  const analysis =
    request.kind === 'opened' ? await analyse(model, text.body, env.DEADLINE_MS) : { kind: 'none' as const };
  const alert = compose(evidence, analysis);
  const { alert_id, incident_id } = alert;
  await queue.send({ body: JSON.stringify(alert), incidentId: incident_id, deduplicationId: alert_id });
  metrics.addMetric(analysis.kind === 'missing' ? 'AnalysesMissing' : 'AlertsComposed', MetricUnit.Count, 1);
  logger.info('Composed', { alert_id, incident_id, kind: request.kind, analysis: analysis.kind });
}
