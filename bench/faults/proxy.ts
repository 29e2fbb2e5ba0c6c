/** Stands between the functions and the emulator: passes requests on, or answers as a service in trouble does. */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as requestOf,
  type Server,
  type ServerResponse,
} from 'node:http';

/** One request, as far as faults look at it: `DynamoDB.TransactWriteItems`, `SNS.Publish`. */
export interface Asked {
  readonly operation: string;
  readonly body: string;
}

/**
 * `refuse`: the service answers this error and does nothing. `cut`: the service does it, and the answer is lost.
 * `hang`: no answer ever.
 */
export type Fault =
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hang' };

export class FaultProxy {
  /** Decides for each request; undefined passes it on. */
  fault: (asked: Asked) => Fault | undefined = () => undefined;
  /** Hears of each request that the emulator has answered. */
  onDone: (asked: Asked) => void = () => undefined;
  /** What becomes of the emulator's answer. */
  amend: (asked: Asked, answer: Buffer) => Buffer = (_, answer) => answer;
  injected = 0;
  readonly #server: Server;
  readonly #target: string;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
  }

  static async start(port: number, target: string): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, target);
    server.on('request', (request, response) => {
      proxy.#answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    return proxy;
  }

  /** Passes everything on again. */
  clear(): void {
    this.fault = () => undefined;
    this.onDone = () => undefined;
    this.amend = (_, answer) => answer;
    this.injected = 0;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const asked = { operation: operationOf(request, body), body: body.toString('utf8') };
    const fault = this.fault(asked);
    if (fault !== undefined) this.injected += 1;
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'refuse') {
      refuse(response, fault, asked.operation);
      return;
    }
    const answer = await this.#ask(request, body);
    this.onDone(asked);
    if (fault?.kind === 'cut') {
      response.destroy();
      return;
    }
    const type = answer.headers['content-type'];
    response.writeHead(answer.status, { ...(type !== undefined && { 'content-type': type }) });
    response.end(this.amend(asked, answer.body));
  }

  /** The emulator's answer. */
  async #ask({ method = 'POST', url = '/', headers }: IncomingMessage, body: Buffer) {
    const { host: _, connection: __, ...rest } = headers;
    const sent = requestOf(new URL(url, this.#target), {
      ...{ method, agent: this.#agent },
      headers: { ...rest, 'content-length': body.length },
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject);
      sent.end(body);
    });
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await bytesOf(answer) };
  }
}

function bytesOf(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('end', () => resolve(Buffer.concat(chunks))).once('error', reject);
  });
}

/** From the target header (JSON services) or the Action field (SNS). */
function operationOf(request: IncomingMessage, body: Buffer): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.replace(/_\d+\./, '.').replace(/^Amazon/, '');
  const action = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 2_000).toString('latin1'))?.[1];
  return action === undefined ? `${request.method} ${request.url}` : `SNS.${action}`;
}

function refuse(
  response: ServerResponse,
  { status, code }: { status: number; code: string },
  operation: string,
) {
  if (operation.startsWith('SNS.')) {
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(
      `<ErrorResponse><Error><Type>Receiver</Type><Code>${code}</Code><Message>injected</Message></Error><RequestId>0</RequestId></ErrorResponse>`,
    );
    return;
  }
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: code, message: 'injected' }));
}
