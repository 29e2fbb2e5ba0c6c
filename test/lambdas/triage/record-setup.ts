import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Alert } from '../../../contracts/alert.ts';
import { apply } from '../../../lambdas/incidents/apply.ts';
import { MemoryAnalyses } from '../../../lambdas/ports/analyses/memory.ts';
import { MemoryChannel } from '../../../lambdas/ports/channel/memory.ts';
import { MemoryIncidentStore } from '../../../lambdas/ports/incident-store/memory.ts';
import { MemoryNotes } from '../../../lambdas/ports/notes/memory.ts';
import { MemoryOutbox } from '../../../lambdas/ports/outbox/memory.ts';
import { MemoryResults } from '../../../lambdas/ports/results/memory.ts';
import type { TextModel } from '../../../lambdas/ports/text-model/port.ts';
import { Governor } from '../../../lambdas/triage/governor.ts';
import { recordHandler } from '../../../lambdas/triage/record.ts';
import { sqsRecord } from '../events.ts';
import { type anomaly, at } from '../factories.ts';
import { context, FakeQueue, instruments } from '../fakes.ts';
import { rule } from './evidence-examples.ts';

/** The triage step over stores in memory, with a model if one is given. */
export async function setUp(model?: TextModel, budget = { usdPerDay: 1, usdPerMonth: 10 }) {
  const outbox = new MemoryOutbox();
  const results = new MemoryResults();
  const notes = new MemoryNotes();
  const store = new MemoryIncidentStore(outbox, undefined, results);
  const queue = new FakeQueue();
  const missing: string[] = [];
  const tools = instruments();
  jest.spyOn(tools.logger, 'warn').mockImplementation(() => undefined);
  const sources = {
    store,
    outbox,
    notes,
    rules: () => Promise.resolve([rule]),
    directory: () =>
      Promise.resolve({ entities: [{ source: 'transactions', entity: '*', owner: 'payments' }] }),
    onMissing: (what: string) => missing.push(what),
  };
  const analyses = new MemoryAnalyses();
  const governor =
    model &&
    new Governor({
      ...{ model, analyses, budget, maxTokens: 400, deadlineMs: 1_000, lateMs: 2_500 },
      price: { inputUsdPerMillion: 1, outputUsdPerMillion: 5 },
      clock: () => new Date(),
      onCall: () => undefined,
    });
  const channel = new MemoryChannel();
  const parts = { sources, results, governor, channel, queue, stage: 'dev', ...tools };
  const run = () => {
    const records = outbox.lines.map(({ request }) =>
      sqsRecord(request, request.incident_id, request.alert_id),
    );
    return processPartialResponse(
      { Records: records },
      recordHandler(parts),
      new SqsFifoPartialProcessorAsync(),
      {
        context,
        skipGroupOnError: true,
        throwOnFullBatchFailure: false,
      },
    );
  };
  const fold = (each: ReturnType<typeof anomaly>) => apply(store, each, () => at('03:00:00.000'));
  const alerts = () => queue.messages.map((message) => Alert.parse(JSON.parse(message.body)));
  return { ...parts, analyses, store, outbox, notes, run, fold, alerts, missing, counted: tools.counted };
}
