/** Times as people type them. */
import { CliError } from './errors.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `2h`, `1d` as milliseconds. @throws CliError */
export function duration(text: string): number {
  const [, count, unit] = /^(\d+)\s*([smhd])$/.exec(text.trim()) ?? [];
  const ms = unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? UNITS[unit] : undefined;
  if (ms === undefined || Number(count) === 0) {
    throw new CliError(`"${text}" is no length of time. Write 30m, 2h or 1d.`);
  }
  return Number(count) * ms;
}

/** ISO 8601 with a zone, as an instant. @throws CliError */
export function instant(text: string): Date {
  const hasZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text.trim());
  const time = new Date(text);
  if (!hasZone || Number.isNaN(time.getTime())) {
    throw new CliError(
      `"${text}" is no instant. Write it with its zone: 2026-03-01T22:00Z or 2026-03-01T23:00+01:00.`,
    );
  }
  return time;
}

/** The end that `--until` or `--for` names. @throws CliError unless exactly one of them is given */
export function endOf(options: { readonly until?: string; readonly for?: string }, from: Date): Date {
  if ((options.until === undefined) === (options.for === undefined)) {
    throw new CliError('Say when it ends: --for 2h, or --until 2026-03-01T22:00Z.');
  }
  return options.until === undefined
    ? new Date(from.getTime() + duration(options.for ?? ''))
    : instant(options.until);
}
