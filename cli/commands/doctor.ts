/** `tocsin doctor`: what is wrong with a deployed stage, and what to do about it. */
import type { CliContext } from '../context.ts';
import { examine } from '../doctor/checks.ts';
import { CliError } from '../errors.ts';

const MARK = { well: 'ok  ', note: 'note', ill: 'ILL ', unknown: '?   ' } as const;

/** @throws CliError when anything is not well, so that the exit code says it */
export async function doctor(context: CliContext, now: Date): Promise<void> {
  const findings = await examine(context, now);
  const lines = findings.map(({ name, state, text }) => `${MARK[state]} ${name}: ${text}`);
  context.result(lines.join('\n'), { stage: context.stage, findings });
  const bad = findings.filter(({ state }) => state === 'ill' || state === 'unknown').length;
  if (bad > 0) throw new CliError(`${bad} of ${findings.length} findings need a look.`);
}
