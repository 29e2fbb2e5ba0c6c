/** The subject: what an on-call phone shows of the e-mail. */
import type { Anomaly } from '../../contracts/anomaly.ts';
import type { Evidence } from './evidence.ts';
import { foreignName } from './foreign.ts';
import { isNovelty, mainReasonOf } from './novelty.ts';
import { actualOf, entityOf, expectedOf, gapOf, isGap } from './phrases.ts';
import { durationOf, silenceOf, staffEnd } from './times.ts';
import { ascii, number, shorten } from './words.ts';

/** SNS takes 100 characters of printable ASCII. */
const LENGTH = 100;
/** A shorter name names nothing: what was expected gives way then, it stands in the body. */
const SHORTEST_NAME = 30;

/** `[CRITICAL] amount of user001 is 10,000, expected at most 5,000 (T-7F3K2Q9A1B)`; long names are cut in the middle. */
export function subjectLine(evidence: Evidence): string {
  const { request, incident, about } = evidence;
  const head = request.kind === 'resolved' ? '[RESOLVED]' : `[${about.severity.toUpperCase()}]`;
  const entity = ascii(entityOf(about));
  const what = ascii(shortWhat(about));
  const needed = Math.min(what.length + ' of '.length + entity.length, SHORTEST_NAME);
  const [longest = '', ...shorter] = tailsOf(evidence).map(
    (tail) => `${ascii(tail)} (${incident.incident_id})`,
  );
  const roomBeside = (tail: string) => LENGTH - head.length - tail.length - 2;
  const tail = [longest, ...shorter].find((each) => roomBeside(each) >= needed) ?? shorter.at(-1) ?? longest;
  return `${head} ${nameWithin(what, entity, roomBeside(tail))} ${tail}`;
}

/** The metric, with the aggregate by its short name; nothing where all of a source is meant. */
function shortWhat({ aggregate, detector, metric }: Anomaly): string {
  if (detector === 'silence') return '';
  const name = foreignName(metric);
  if (aggregate !== null) return `${aggregate} of ${name}`;
  if (detector === 'rate') return `change of ${name}`;
  return detector === 'drift' ? `mean of ${name}` : name;
}

/** Metric and entity in `room` characters: what one does not need, the other may have. */
function nameWithin(what: string, entity: string, room: number): string {
  if (what === '') return shorten(entity, room);
  const both = room - ' of '.length;
  const half = Math.floor(both / 2);
  const forWhat = Math.max(half, both - entity.length);
  const name = shorten(what, forWhat);
  return `${name} of ${shorten(entity, both - name.length)}`;
}

/** From the most telling to the shortest. */
function tailsOf({ request, incident, about }: Evidence): string[] {
  if (request.kind === 'resolved' && incident.resolved_by === 'staff') {
    return [`was ${staffEnd(incident)}`, 'was resolved'];
  }
  if (request.kind === 'resolved') {
    if (incident.resolved_by === 'quiet') return [`raised no alarm for ${silenceOf(incident)}`];
    return isGap(about)
      ? [`is back after ${gapOf(about)}`, 'is back']
      : [`is back at ${number(about.value)} after ${durationOf(incident)}`, 'is back'];
  }
  if (isGap(about)) return [`sent nothing for ${gapOf(about)}`];
  const words = { escalated: 'got worse:', reminder: 'still is' } as const;
  const is = request.kind === 'escalated' || request.kind === 'reminder' ? words[request.kind] : 'is';
  if (isNovelty(about)) {
    return [`${is} ${actualOf(about)}, ${mainReasonOf(about)}`, `${is} unusual: ${actualOf(about)}`];
  }
  return [`${is} ${actualOf(about)}, expected ${expectedOf(about)}`, `${is} ${actualOf(about)}`];
}
