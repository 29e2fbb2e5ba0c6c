/** Which incidents a matcher means. */
import type { Incident } from '../../contracts/incident.ts';
import type { Matcher } from '../../contracts/silence.ts';

/** What a matcher can name. */
export interface Subject {
  readonly source: string;
  readonly entity: string;
  readonly metric: string;
  readonly rule: string;
  readonly detector: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function subjectOf({ latest, severity }: Pick<Incident, 'latest' | 'severity'>): Subject {
  const { source, entity, metric, rule_id, detector, labels } = latest;
  return { source, entity, metric, rule: rule_id, detector, severity, labels };
}

/** True when the subject agrees in all that the matcher names. */
export function isMatch({ labels = {}, ...names }: Matcher, subject: Subject): boolean {
  const fields: Readonly<Record<string, unknown>> = { ...subject };
  return (
    Object.entries(names).every(([name, pattern]) => fits(pattern, fields[name])) &&
    Object.entries(labels).every(([name, pattern]) => fits(pattern, subject.labels[name]))
  );
}

/** `*` stands for any text. Split, not a regular expression: what people write must not be able to run for ever. */
function fits(pattern: string | undefined, value: unknown): boolean {
  if (pattern === undefined) return true;
  if (typeof value !== 'string') return false;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return value === pattern;
  if (!value.startsWith(head) || value.length < head.length + tail.length || !value.endsWith(tail))
    return false;
  const end = value.length - tail.length;
  let at = head.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
