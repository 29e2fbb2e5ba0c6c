/** The subject: what an on-call phone shows of the e-mail. */
import type { Evidence } from './evidence.ts';
import { actualOf, expectedOf } from './phrases.ts';
import { durationOf, silenceOf, staffEnd } from './times.ts';
import { ascii, number, oneLine, shorten } from './words.ts';

/** SNS takes 100 characters of printable ASCII. */
const LENGTH = 100;
/** A shorter name names nothing: what was expected gives way then, it stands in the body. */
const SHORTEST_NAME = 30;

/** `[CRITICAL] amount of user001 is 10,000, expected at most 5,000 (T-7F3K2Q9A1B)`; long names are cut in the middle. */
export function subjectLine(evidence: Evidence): string {
  const { request, incident, about } = evidence;
  const head = request.kind === 'resolved' ? '[RESOLVED]' : `[${about.severity.toUpperCase()}]`;
  const metric = ascii(oneLine(about.metric));
  const entity = ascii(oneLine(about.entity));
  const what = about.aggregate === null ? metric : `${about.aggregate} of ${metric}`;
  const needed = Math.min(what.length + ' of '.length + entity.length, SHORTEST_NAME);
  const [longest = '', ...shorter] = tailsOf(evidence).map(
    (tail) => `${ascii(tail)} (${incident.incident_id})`,
  );
  const roomBeside = (tail: string) => LENGTH - head.length - tail.length - 2;
  const tail = [longest, ...shorter].find((each) => roomBeside(each) >= needed) ?? shorter.at(-1) ?? longest;
  return `${head} ${nameWithin(what, entity, roomBeside(tail))} ${tail}`;
}

/** Metric and entity in `room` characters: what one does not need, the other may have. */
function nameWithin(what: string, entity: string, room: number): string {
  const both = room - ' of '.length;
  const half = Math.floor(both / 2);
  const forWhat = Math.max(half, both - entity.length);
  const shortWhat = shorten(what, forWhat);
  return `${shortWhat} of ${shorten(entity, both - shortWhat.length)}`;
}

/** From the most telling to the shortest. */
function tailsOf({ request, incident, about }: Evidence): string[] {
  if (request.kind === 'resolved' && incident.resolved_by === 'staff') {
    return [`was ${staffEnd(incident)}`, 'was resolved'];
  }
  if (request.kind === 'resolved') {
    return incident.resolved_by === 'quiet'
      ? [`raised no alarm for ${silenceOf(incident)}`]
      : [`is back at ${number(about.value)} after ${durationOf(incident)}`, 'is back'];
  }
  const words = { escalated: 'got worse:', reminder: 'still is' } as const;
  const is = request.kind === 'escalated' || request.kind === 'reminder' ? words[request.kind] : 'is';
  return [`${is} ${actualOf(about)}, expected ${expectedOf(about)}`, `${is} ${actualOf(about)}`];
}
