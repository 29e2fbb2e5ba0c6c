/** Times on the command line. */
import { CliError } from './errors.ts';

export const DAY_MS = 86_400_000;

/**
 * A day, or an instant; without a zone it is UTC.
 * @param ofDayMs which instant of a day is meant, from its begin
 * @throws CliError naming the option
 */
export function instantMs(text: string, option: string, ofDayMs: number): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const zone = isDay || /(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? '' : 'Z';
  const ms = Date.parse(`${text}${zone}`);
  if (Number.isNaN(ms)) {
    throw new CliError(
      `${option} ${text} is no time. Write a day, 2026-01-31, or an instant, 2026-01-31T04:05Z.`,
    );
  }
  return isDay ? ms + ofDayMs : ms;
}
