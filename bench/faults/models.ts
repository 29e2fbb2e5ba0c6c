/** A text model that is down, slow or answers rubbish: a local server that stands in for Bedrock. */
import { createServer, type Server } from 'node:http';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { clientOptions } from '../../lambdas/clients.ts';
import { BedrockTextModel } from '../../lambdas/ports/text-model/bedrock.ts';
import type { Guard } from './guards.ts';
import { anomalyOf, entities, LIMIT_MS, type Scenario } from './scenario.ts';

const FEW = 4;
const DEADLINE_MS = 1_000;
/** From the anomaly to the mail with a model that does not answer, on a busy machine. */
const PATIENCE_MS = 6 * DEADLINE_MS;
/** Longer than anything waits. */
const SLOW_MS = 120_000;
/** A word that no part of the product writes. */
const MARK = 'RUBBISH';

type Trouble = 'down' | 'slow' | 'rubbish';

async function serve(trouble: Trouble, port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    if (trouble === 'slow') return;
    if (trouble === 'down') {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end('{"message":"injected"}');
      return;
    }
    const text = `${MARK} {"summary": 7, "causes": "none"`;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        output: { message: { role: 'assistant', content: [{ text }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
        metrics: { latencyMs: 1 },
      }),
    );
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return server;
}

const scenarioOf = (trouble: Trouble, name: string, guard: Guard): Scenario => ({
  name,
  guard,
  run: async ({ start, without, modelPort }) => {
    const server = await serve(trouble, modelPort);
    try {
      const client = new BedrockRuntimeClient({
        ...clientOptions(without === 'deadline' ? SLOW_MS : DEADLINE_MS),
        endpoint: `http://127.0.0.1:${modelPort}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      });
      // Down, and nobody gives up: without the deadline the step would ask again and again.
      const bedrock = new BedrockTextModel({ client, modelId: 'bench.model', maxTokens: 100 });
      const stubborn = { name: bedrock.name, analyse: () => new Promise<undefined>(() => undefined) };
      const model = without === 'deadline' && trouble === 'down' ? stubborn : bedrock;
      const world = await start({ model, deadlineMs: DEADLINE_MS });
      const all = entities(FEW);
      const began = Date.now();
      await world.put(all.map((entity) => anomalyOf(entity)));
      await world.until(() => world.mails.length === FEW, LIMIT_MS / 3);
      await world.idle(LIMIT_MS / 3);
      const { analyses } = await world.stored();
      const marked = [...world.mails, ...analyses].filter((each) =>
        JSON.stringify(each).includes(MARK),
      ).length;
      const silent = world.mails.filter(({ body }) => !body.includes('ANALYSIS')).length;
      // Sooner or later a second delivery finds that the model was asked before, and goes without: that is no deadline.
      const waited = world.mails.filter(({ at }) => at - began > PATIENCE_MS).length;
      const faults = [
        ...(waited > 0 ? [`${waited} mails waited for the model`] : []),
        ...(marked > 0 ? [`${marked} mails or stored analyses hold what is no answer`] : []),
        ...(silent > 0 ? [`${silent} mails do not say that the analysis is missing`] : []),
      ];
      return { world, expected: { entities: new Set(all), injected: FEW, mostMails: FEW, faults } };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
});

export const models: readonly Scenario[] = [
  scenarioOf('down', 'text model down', 'deadline'),
  scenarioOf('slow', 'text model slow', 'deadline'),
  scenarioOf('rubbish', 'text model answering rubbish', 'answer-form'),
];
