import { MemoryAnalyses } from '../../../lambdas/ports/analyses/memory.ts';
import type { TextModel } from '../../../lambdas/ports/text-model/port.ts';
import { mostInputTokens } from '../../../lambdas/ports/text-model/prompt.ts';
import { Governor, type GovernorOptions, type Report } from '../../../lambdas/triage/governor.ts';
import { answer, question } from '../../ports/text-model-examples.ts';

export const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 5 };
export const usage = { input_tokens: 900, output_tokens: 100 };
export const now = new Date('2026-03-01T12:00:00.000Z');
export const request = (incident = 'T-1', sequence = 1) => ({
  incident_id: incident,
  alert_id: `${incident}.${sequence}`,
});
/** The most that one question can cost, in millionths of a dollar. */
export const most = mostInputTokens(question) + 5 * 400;

/** A governor over a model that is a function, with what it reported. */
export function setUp(
  analyse: TextModel['analyse'] = async () => ({ answer, usage }),
  given: Partial<GovernorOptions> = {},
) {
  const reports: Report[] = [];
  const asked = jest.fn(analyse);
  const analyses = new MemoryAnalyses();
  const governor = new Governor({
    model: { name: 'a-model', analyse: asked },
    ...{ analyses, price, maxTokens: 400, deadlineMs: 40, lateMs: 200 },
    budget: { usdPerDay: 1, usdPerMonth: 10 },
    clock: () => new Date(),
    onCall: (report) => reports.push(report),
    ...given,
  });
  const begin = async (of = request()) => {
    const { outcome, settled } = governor.consult(of, question);
    const first = await outcome;
    return { outcome: first, settled };
  };
  const consult = async (of = request()) => {
    const { outcome, settled } = await pass(begin(of));
    return { outcome, settled: () => pass(settled) };
  };
  return { governor, analyses, asked, reports, begin, consult };
}

/** Lets time pass until the work is over. */
export async function pass<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  for (let ms = 0; ms < 60_000 && !isOver; ms += 5) await jest.advanceTimersByTimeAsync(5);
  return await work;
}
export const later = <T>(ms: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));
