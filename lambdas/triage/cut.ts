/** A text that fits its channel. */
import { bytesOf, MAX_BODY_BYTES } from '../../contracts/alert.ts';

/** The text, or as many whole lines of it as fit, a mark that says what is missing, and the last lines in full. */
export function cutBody(body: string, whereTheRest: string, maxBytes = MAX_BODY_BYTES): string {
  if (bytesOf(body) <= maxBytes) return body;
  const at = body.lastIndexOf('\n--\n');
  const [text, tail] = at < 0 ? [body, ''] : [body.slice(0, at), body.slice(at)];
  const mark = (left: number) => `\n\n[CUT HERE: ${left} more characters. The whole: ${whereTheRest}]\n`;
  const room = maxBytes - bytesOf(tail) - bytesOf(mark(text.length));
  const kept = withinBytes(text, Math.max(0, room));
  return `${kept}${mark(text.length - kept.length)}${tail}`;
}

/** Never half a character, and whole lines where there are some. */
function withinBytes(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text).slice(0, maxBytes);
  const kept = new TextDecoder().decode(bytes).replace(/\ufffd+$/, '');
  const lineEnd = kept.lastIndexOf('\n');
  return lineEnd > 0 ? kept.slice(0, lineEnd) : kept;
}
