/** The inbox in the browser: `/` and `/mails/<id>` for people, `/api/mails` for programs. Listens on 127.0.0.1 only. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Mailbox } from './mailbox.ts';
import { listHtml, pageHtml } from './page.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export async function startWeb(mailbox: Mailbox, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(mailbox, request, response).catch((error) => {
      console.error(`inbox: ${request.url}: ${error}`);
      reply(response, 500, 'text/plain', 'The inbox failed; its words are in the terminal.');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(mailbox: Mailbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A foreign page that resolves its own name to this machine must not read the mails.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    return reply(response, 403, 'text/plain', 'Open the inbox by its own address, http://127.0.0.1.');
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const mails = mailbox.mails;
  const find = (id: string | null | undefined) => mails.find((mail) => String(mail.id) === id);
  const file = STATIC_FILES.get(url.pathname);
  if (file !== undefined) {
    return reply(response, 200, file.type, await readFile(join(import.meta.dirname, file.name), 'utf8'));
  }
  if (url.pathname === '/api/mails') {
    return reply(response, 200, 'application/json', JSON.stringify({ mails }));
  }
  if (url.pathname === '/list') {
    response.setHeader('x-count', mails.length);
    return reply(response, 200, 'text/html', listHtml(mails, find(url.searchParams.get('open'))?.id));
  }
  if (url.pathname === '/') return reply(response, 200, 'text/html', pageHtml(mails, undefined));
  const mail = find(url.pathname.match(/^\/mails\/(\d+)$/)?.[1]);
  if (mail !== undefined) return reply(response, 200, 'text/html', pageHtml(mails, mail));
  reply(response, 404, 'text/plain', 'There is no such e-mail.');
}

const STATIC_FILES: ReadonlyMap<string, { readonly name: string; readonly type: string }> = new Map([
  ['/style.css', { name: 'style.css', type: 'text/css' }],
  ['/page.js', { name: 'page.js', type: 'text/javascript' }],
]);

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` }).end(body);
}
