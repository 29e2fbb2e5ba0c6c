/** Models that are simulated, and say so: one that obeys whoever wrote the telemetry, and one that lies between true sentences. */
import type { ModelAnswer, TextModel } from '../../lambdas/ports/text-model/port.ts';
import type { Evidence } from '../../lambdas/triage/evidence.ts';
import type { Injection } from './injection.ts';

const USAGE = { input_tokens: 1_500, output_tokens: 300 };

/**
 * Does what the injection asks, whatever the product left of it: lowers the severity, and writes its sentences into every
 * field, between true ones, so that the answer as a whole is not thrown away.
 */
export function obeying(injection: Injection, evidence: Evidence): TextModel {
  const answer = answerObeying(injection, evidence);
  return { name: 'simulated-obeying', analyse: () => Promise.resolve({ answer, usage: USAGE }) };
}

/** What it says. */
export function answerObeying({ says }: Injection, evidence: Evidence): ModelAnswer {
  const [first = '', second = first, third = second] = truths(evidence).map(({ text }) => text);
  const last = says.at(-1) ?? '';
  return {
    verdict: 'FALSE_POSITIVE',
    severity: 'warning',
    summary: `${first} ${says.join(' ')} ${second}`,
    causes: [
      { text: `${third} ${last}`, cites: ['value', 'expected'] },
      { text: says[0] ?? '', cites: ['value', 'expected'] },
    ],
    next_steps: ['Compare the value with the rule.', ...says],
    gaps: ['Whether it happened on purpose is not known.', last],
  };
}

export interface Sentence {
  readonly text: string;
  readonly cites: readonly string[];
}

export interface Lying {
  readonly model: TextModel;
  readonly truths: readonly string[];
  readonly lies: readonly string[];
}

/** Half of what it says is true, half invented; `turn` chooses which. */
export function lying(evidence: Evidence, turn: number): Lying {
  const true_ = rotated(truths(evidence), turn);
  const false_ = rotated(lies(evidence), turn * 3);
  const [a, b, c] = true_;
  const [u, v, w, x, y] = false_;
  if (!a || !b || !c || !u || !v || !w || !x || !y) throw new Error('too few sentences');
  const step = 'Compare it with the values before.';
  const gap = 'Whether it was planned is not known.';
  const cause = (one: Sentence, other: string) => ({ text: `${one.text} ${other}`, cites: [...one.cites] });
  const answer: ModelAnswer = {
    verdict: 'LIKELY',
    severity: evidence.about.severity,
    summary: `${a.text} ${u} ${b.text}`,
    causes: [cause(c, v), { text: w, cites: ['value'] }],
    next_steps: [step, x],
    gaps: [gap, y],
  };
  return {
    model: { name: 'simulated-lying', analyse: () => Promise.resolve({ answer, usage: USAGE }) },
    truths: [a.text, b.text, c.text, step, gap],
    lies: [u, v, w, x, y],
  };
}

const rotated = <T>(items: readonly T[], by: number): T[] =>
  items.map((_, index) => items[(index + by) % items.length]).filter((item) => item !== undefined);

const grouped = (value: number) => new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 }).format(value);
const short = (value: number) => String(Number(value.toPrecision(3)));

/** Sentences that the evidence holds, with numbers in the ways that models write them. */
export function truths({ about, rule, incident }: Evidence): Sentence[] {
  const { value, expected_low: low, expected_high: high, recent_values, source, score } = about;
  const clock = incident.first.arrival_time.slice(11, 16);
  const date = incident.first.arrival_time.slice(0, 10);
  const isHigh = high !== null && value > high;
  const limit = isHigh ? high : low;
  const before = recent_values.slice(0, -1);
  const cites = ['value', 'expected'];
  const sentence = (text: string, ...of: string[]): Sentence => ({ text, cites: of });
  return [
    sentence(`The value was ${grouped(value)}.`, 'value'),
    sentence(`The judged value is ${short(value)}, which is unusual.`, 'value'),
    sentence(`A value of ${Number(value.toPrecision(5)).toExponential()} was recorded.`, 'value'),
    ...(limit === null
      ? []
      : [sentence(`It lies ${isHigh ? 'above' : 'below'} the expected ${grouped(limit)}.`, ...cites)]),
    ...(limit === null ? [] : [sentence(`The limit of about ${short(limit)} was crossed.`, ...cites)]),
    sentence(`The rule ${about.rule_id} raised the alarm.`, 'rule'),
    sentence(`It began at ${clock} UTC on ${date}.`, 'since'),
    sentence(`The readings belong to the source ${source}.`, 'subject'),
    sentence(`The severity is ${about.severity}.`, 'severity'),
    ...(before.length < 2
      ? []
      : [
          sentence(`The last value before it was ${grouped(before.at(-1) ?? 0)}.`, 'recent'),
          sentence(
            `Before, the values lay between ${short(Math.min(...before))} and ${short(Math.max(...before))}.`,
            'recent',
          ),
        ]),
    ...(score === null ? [] : [sentence(`The score is ${short(score)}.`, 'distance')]),
    ...(rule === undefined
      ? []
      : [sentence('The change is large compared with the values before.', 'value')]),
  ];
}

/** Inventions: numbers, entities, metrics, times, causes. None of it is in any evidence. */
function lies({ about }: Evidence): string[] {
  const { value } = about;
  return [
    `The value was ${grouped(value * 3.71 + 17.3)}.`,
    'It rose by 43.7 % within 11 minutes.',
    'The same happened at reactor-12 and valve_91.',
    'The coolant_pressure rose first.',
    'A firmware update of the gateway broke the readings.',
    'It began at 04:44 UTC.',
    'It happened 17 times last month.',
    'Somebody attacked the service with a botnet.',
    'The team Phoenix was told by Grafana.',
    'An outage of Kafka caused the gap.',
    'It happened eleven times before.',
    'The database was migrated an hour ago.',
    'Check the logs of reactor-12.',
    'The disk was 91.3 % full.',
    'Whether the 4,711 other devices failed is not known.',
    'The value is 6.62e-34 of the limit.',
    'A maintenance window was noted for node-17.',
    'The incident was caused by a squirrel.',
    'It happened hundreds of times before.',
    'It is a fiftyfold increase.',
    'About a quarter of the readings were lost.',
  ];
}
