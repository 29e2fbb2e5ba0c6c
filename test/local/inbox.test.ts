import type { AddressInfo } from 'node:net';
import { createTransport } from 'nodemailer';
import { Mailbox } from '../../local/inbox/mailbox.ts';
import { linked } from '../../local/inbox/page.ts';
import { startSmtp } from '../../local/inbox/smtp.ts';
import { startWeb } from '../../local/inbox/web.ts';

describe('the local inbox', () => {
  const mailbox = new Mailbox();
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  let web: Awaited<ReturnType<typeof startWeb>>;
  let inbox: string;

  beforeAll(async () => {
    smtp = await startSmtp(mailbox, 0);
    web = await startWeb(mailbox, 0);
    inbox = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    const transport = createTransport({
      host: '127.0.0.1',
      port: (smtp.server.address() as AddressInfo).port,
      ignoreTLS: true,
    });
    await transport.sendMail({
      from: { name: 'Tocsin local', address: 'no-reply@sns.amazonaws.com' },
      to: 'oncall@example.test',
      subject: 'High <b>pressure</b>',
      text: 'now   12.5\n  see https://example.test/a?b=1&c=2.\n<script>alert(1)</script> ü',
      headers: { 'X-Tocsin-Kind': 'opened' },
    });
  });
  afterAll(async () => {
    web.close();
    await new Promise<void>((done) => smtp.close(() => done()));
  });

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${inbox}${path}`, { headers });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };

  it('keeps an e-mail letter for letter, with sender, recipient and headers', async () => {
    const { text } = await get('/api/mails');
    const [mail] = JSON.parse(text).mails;
    expect(mail).toMatchObject({
      id: 1,
      from: 'Tocsin local <no-reply@sns.amazonaws.com>',
      to: 'oncall@example.test',
      subject: 'High <b>pressure</b>',
    });
    expect(mail.text.trimEnd()).toBe(
      'now   12.5\n  see https://example.test/a?b=1&c=2.\n<script>alert(1)</script> ü',
    );
    expect(mail.headers['x-tocsin-kind']).toBe('opened');
  });

  it('lists it, marked by its kind, and shows it with nothing of it taken as HTML', async () => {
    expect((await get('/')).text).toContain('class="kind-opened"');
    const { text, headers } = await get('/mails/1');
    expect(text).toContain('High &lt;b&gt;pressure&lt;/b&gt;');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toContain('<script>alert');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('says 404 for an e-mail that there is not', async () => {
    expect((await get('/mails/2')).status).toBe(404);
  });

  it('makes links of web addresses only, without the full stop behind them', () => {
    expect(linked('see https://a.test/x?y=1&z=2. javascript:alert(1)')).toBe(
      'see <a href="https://a.test/x?y=1&amp;z=2" target="_blank" rel="noopener noreferrer">https://a.test/x?y=1&amp;z=2</a>. javascript:alert(1)',
    );
  });
});
