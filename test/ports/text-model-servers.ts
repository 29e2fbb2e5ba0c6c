/** Servers on this machine that speak as Bedrock and as a chat completions API do, well or badly. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Usage } from '../../lambdas/ports/text-model/port.ts';

/** What a server does with a question. */
export type Behaviour =
  | { readonly kind: 'answers'; readonly answer: unknown; readonly usage?: Usage }
  | { readonly kind: 'prose'; readonly text: string; readonly usage: Usage }
  | { readonly kind: 'cut-off'; readonly usage: Usage }
  | { readonly kind: 'refuses'; readonly usage: Usage }
  | { readonly kind: 'status'; readonly status: number; readonly type: string }
  | { readonly kind: 'not-json' }
  | { readonly kind: 'nothing' }
  /** Sends a little now and then, for ever. */
  | { readonly kind: 'drips' }
  | { readonly kind: 'hangs' }
  | { readonly kind: 'hangs-up' };

export type Wire = (behaviour: Behaviour) => {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
};

export interface ModelServer {
  readonly url: string;
  /** Bodies of the questions so far. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what was sent
  readonly asked: any[];
  readonly headers: IncomingMessage['headers'][];
  behaviour: Behaviour;
  readonly stop: () => void;
}

export async function startServer(wire: Wire): Promise<ModelServer> {
  const asked: unknown[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    asked.push(text === '' ? undefined : JSON.parse(text));
    headers.push(request.headers);
    reply(made.behaviour, wire, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const made: ModelServer = {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    headers,
    behaviour: { kind: 'nothing' },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return made;
}

function reply(behaviour: Behaviour, wire: Wire, response: ServerResponse): void {
  if (behaviour.kind === 'hangs') return;
  if (behaviour.kind === 'hangs-up') {
    response.socket?.destroy();
    return;
  }
  if (behaviour.kind === 'drips') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
    return;
  }
  const { status = 200, type, body } = wire(behaviour);
  const headers = {
    'content-type': 'application/json',
    ...(type !== undefined && { 'x-amzn-errortype': type }),
  };
  response.writeHead(status, headers);
  response.end(body);
}

/** Responses of Converse. */
export const converse: Wire = (behaviour) => {
  const message = (content: unknown[], stopReason: string, usage?: Usage) => ({
    body: JSON.stringify({
      output: { message: { role: 'assistant', content } },
      stopReason,
      metrics: { latencyMs: 1 },
      ...(usage && {
        usage: {
          inputTokens: usage.input_tokens,
          outputTokens: usage.output_tokens,
          totalTokens: usage.input_tokens + usage.output_tokens,
        },
      }),
    }),
  });
  const tool = (input: unknown) => [{ toolUse: { toolUseId: 't1', name: 'analysis', input } }];
  switch (behaviour.kind) {
    case 'answers':
      return message(tool(behaviour.answer), 'tool_use', behaviour.usage);
    case 'prose':
      return message([{ text: behaviour.text }], 'end_turn', behaviour.usage);
    case 'cut-off':
      return message(tool({ summary: 'The va' }), 'max_tokens', behaviour.usage);
    case 'refuses':
      return message([{ text: 'Blocked.' }], 'guardrail_intervened', behaviour.usage);
    case 'status':
      return { status: behaviour.status, type: behaviour.type, body: '{"message":"injected"}' };
    case 'not-json':
      return { body: '<html>busy</html>' };
    default:
      return message([], 'end_turn');
  }
};

/** Responses of chat completions. */
export const chatCompletions: Wire = (behaviour) => {
  const choice = (message: object, finish_reason: string, usage?: Usage) => ({
    body: JSON.stringify({
      choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
      ...(usage && {
        usage: { prompt_tokens: usage.input_tokens, completion_tokens: usage.output_tokens },
      }),
    }),
  });
  switch (behaviour.kind) {
    case 'answers':
      return choice({ content: JSON.stringify(behaviour.answer) }, 'stop', behaviour.usage);
    case 'prose':
      return choice({ content: behaviour.text }, 'stop', behaviour.usage);
    case 'cut-off':
      return choice({ content: '{"summary":"The va' }, 'length', behaviour.usage);
    case 'refuses':
      return choice({ content: null, refusal: 'I cannot help with that.' }, 'stop', behaviour.usage);
    case 'status':
      return { status: behaviour.status, body: '{"error":{"message":"injected"}}' };
    case 'not-json':
      return { body: '<html>busy</html>' };
    default:
      return choice({ content: '' }, 'stop');
  }
};
