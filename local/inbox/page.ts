/** HTML of the inbox. Everything that came by mail is escaped; only http(s) links become links. */
import type { Mail } from './mailbox.ts';

/** The list of e-mails, newest first; `chosen` is the open one. */
export function listHtml(mails: readonly Mail[], chosen?: number): string {
  if (mails.length === 0)
    return '<p class="empty">No e-mail yet. The first arrives with the first incident.</p>';
  const items = [...mails].reverse().map(
    (mail) => `<li>
<a href="/mails/${mail.id}"${mail.id === chosen ? ' aria-current="page"' : ''} class="${kindOf(mail)}">
<span class="subject">${escapeHtml(mail.subject)}</span>
<span class="meta">${timeHtml(mail.receivedAt)} · to ${escapeHtml(mail.to)}</span>
</a></li>`,
  );
  return `<ol reversed>${items.join('\n')}</ol>`;
}

/** The whole page: the list, and beside it one e-mail or what to do. */
export function pageHtml(mails: readonly Mail[], open: Mail | undefined): string {
  const title = open === undefined ? 'Inbox' : escapeHtml(open.subject);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tocsin, local inbox</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
<script src="/page.js" defer></script>
</head>
<body${open === undefined ? '' : ` data-open="${open.id}"`}>
<header>
<h1><a href="/">Tocsin inbox</a></h1>
<p>Every e-mail of this local run, as staff would get it. Nothing leaves this machine.</p>
</header>
<nav aria-label="E-mails">
<h2>E-mails <span id="count" role="status">${mails.length}</span></h2>
<div id="list">${listHtml(mails, open?.id)}</div>
</nav>
<main>${open === undefined ? '<p class="empty">Choose an e-mail to read it.</p>' : mailHtml(open)}</main>
</body>
</html>`;
}

function mailHtml(mail: Mail): string {
  return `<article>
<h2>${escapeHtml(mail.subject)}</h2>
<dl>
<dt>From</dt><dd>${escapeHtml(mail.from)}</dd>
<dt>To</dt><dd>${escapeHtml(mail.to)}</dd>
<dt>Received</dt><dd>${timeHtml(mail.receivedAt)}</dd>
</dl>
<p class="option"><label><input type="checkbox" id="fixed"> Fixed-width letters</label></p>
<div id="body" class="body">${linked(mail.text)}</div>
</article>`;
}

/** The kind of the alert, for its colour; by the header that the bridge adds. */
function kindOf(mail: Mail): string {
  const kind = mail.headers['x-tocsin-kind'] ?? '';
  return /^[a-z]+$/.test(kind) ? `kind-${kind}` : 'kind-other';
}

function timeHtml(at: number): string {
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Escaped text with its http and https addresses as links that tell the target nothing. */
export function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/)
    .map((part, index) =>
      index % 2 === 0
        ? escapeHtml(part)
        : `<a href="${escapeHtml(part)}" target="_blank" rel="noopener noreferrer">${escapeHtml(part)}</a>`,
    )
    .join('');
}
