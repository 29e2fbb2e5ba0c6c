/** A backtest in words: a table with a line for each rule, the total, and the sentence that a change is about. */
import type { Backtest } from './backtest.ts';
import { type Figures, type RuleFigures, sum } from './figures.ts';

/** What the report is about. */
export interface About {
  readonly backtest: Backtest;
  readonly rulesFile: string;
  readonly againstFile?: string;
  readonly stage: string;
}

const ARROW = ' → ';
/** Between two columns. */
const GAP = '   ';

/** All that a person needs to decide, ending with one sentence. */
export function report(about: About): string {
  const { backtest, rulesFile, againstFile, stage } = about;
  const { records, duplicates, rules } = backtest;
  const compared = againstFile === undefined ? '' : `, against ${againstFile}`;
  const notes = [
    rules.unreadable > 0 ? `${many(rules.unreadable, 'record')} could not be read by any source.` : '',
    duplicates > 0 ? `${many(duplicates, 'row')} stood in the archive twice and counted once.` : '',
    againstFile === undefined ? '' : `Each column reads: ${againstFile}${ARROW}${rulesFile}.`,
    busiestDay(rules.total),
  ].filter((note) => note !== '');
  return [
    `Backtest of ${rulesFile}${compared} (stage ${stage})`,
    `${many(records, 'record')} that arrived from ${minute(backtest.from)} to ${minute(backtest.to)} UTC: ${period(backtest.days)}`,
    '',
    table(rowsOf(backtest)),
    '',
    ...notes,
    sentence(about),
  ].join('\n');
}

/** The outcome in one sentence, as for a change's description. */
export function sentence({ backtest: { rules, against, days } }: Pick<About, 'backtest'>): string {
  const during = period(days);
  const { mails, incidents_by_route } = rules.total;
  if (against !== undefined) {
    const before = against.total;
    return before.mails === mails
      ? `This change would have sent as many e-mails in ${during} as before: ${number(mails)}.`
      : `This change would have sent ${many(mails, 'e-mail')} in ${during} instead of ${number(before.mails)}.`;
  }
  const { page = 0, digest = 0 } = incidents_by_route;
  const rest = digest === 0 ? '' : `; ${many(digest, 'more incident')} would have gone to the digest`;
  if (mails === 0) return `These rules would have sent no e-mail in ${during}${rest}.`;
  return `These rules would have sent ${many(mails, 'e-mail')} in ${during}, for ${many(page, 'incident')}${rest}.`;
}

interface Row {
  readonly cells: readonly string[];
  readonly isTotal?: boolean;
}

const HEAD = ['rule', 'goes to', 'raised', 'incidents', 'critical', 'e-mails', 'a day'];

function rowsOf({ rules, against }: Backtest): readonly Row[] {
  const before = new Map(against?.by_rule.map((figures) => [figures.rule_id, figures]));
  const now = new Map(rules.by_rule.map((figures) => [figures.rule_id, figures]));
  const ids = [...new Set([...now.keys(), ...before.keys()])];
  const ofRule = (id: string): Row => {
    const [to, from] = [now.get(id), before.get(id)];
    const cells = against === undefined ? cellsOf(to) : changes(cellsOf(from), cellsOf(to));
    return { cells: [id, change(routeOf(from), routeOf(to), against !== undefined), ...cells] };
  };
  const total = cellsOf(rules.total);
  const totals = against === undefined ? total : changes(cellsOf(against.total), total);
  return [{ cells: HEAD }, ...ids.map(ofRule), { cells: ['all rules', '', ...totals], isTotal: true }];
}

function routeOf(rule: RuleFigures | undefined): string {
  if (rule === undefined) return 'no rule';
  if (!rule.enabled) return 'disabled';
  return rule.route === 'page' ? 'e-mail' : 'digest';
}

function cellsOf(figures: Figures | undefined): readonly string[] {
  if (figures === undefined) return ['-', '-', '-', '-', '-'];
  const { anomalies, incidents, incidents_by_severity, mails, mails_per_day } = figures;
  return [
    number(anomalies.raised ?? 0),
    number(incidents),
    number(incidents_by_severity.critical ?? 0),
    number(mails),
    mails === 0 ? '0' : mails_per_day.toFixed(mails_per_day < 10 ? 1 : 0),
  ];
}

function changes(from: readonly string[], to: readonly string[]): readonly string[] {
  return to.map((cell, index) => change(from[index] ?? '-', cell, true));
}

function change(from: string, to: string, isCompared: boolean): string {
  return !isCompared || from === to ? to : `${from}${ARROW}${to}`;
}

/** Names to the left, figures to the right, a line above the total. */
function table(rows: readonly Row[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  const lineOf = ({ cells }: Row) =>
    cells
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(GAP)
      .trimEnd();
  const rule = '─'.repeat(sumOf(widths) + GAP.length * (widths.length - 1));
  return rows
    .flatMap((row, index) =>
      row.isTotal ? [rule, lineOf(row)] : index === 0 ? [lineOf(row), rule] : [lineOf(row)],
    )
    .join('\n');
}

function busiestDay({ busiest_day, mails, mails_by_kind }: Figures): string {
  if (busiest_day === null) return '';
  const { opened = 0, escalated = 0, resolved = 0 } = mails_by_kind;
  const rest = mails - opened - escalated - resolved;
  const kinds = `${number(opened)} opened, ${number(escalated)} escalated, ${number(resolved)} resolved`;
  const others = rest === 0 ? '' : `, ${number(rest)} other`;
  return `E-mails: ${kinds}${others}; the most on one day: ${number(busiest_day.mails)}, on ${busiest_day.date}.`;
}

function period(days: number): string {
  if (days >= 1.95) return many(Math.round(days), 'day');
  const hours = days * 24;
  if (hours >= 1.95) return many(Math.round(hours), 'hour');
  return many(Math.max(1, Math.round(hours * 60)), 'minute');
}

function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

function many(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}

function sumOf(numbers: readonly number[]): number {
  return sum(Object.fromEntries(numbers.entries()));
}
