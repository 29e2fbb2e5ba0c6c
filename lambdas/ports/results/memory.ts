/** Results in this process: what tests of the steps run on. */
import type { AnomalyResult } from '../../../contracts/anomaly-result.ts';
import { documentOf, type Finding, type Judged, resultIdOf, type Sample } from '../../results/document.ts';
import type { ResultStore } from './port.ts';

export class MemoryResults implements ResultStore {
  readonly #findings = new Map<string, Finding[]>();
  readonly #samples = new Map<string, Sample>();
  readonly #judged = new Map<string, Judged>();

  /** What the incident store writes with a change. */
  add(finding: Finding): void {
    const id = resultIdOf(finding.anomaly);
    this.#findings.set(id, [...(this.#findings.get(id) ?? []), finding]);
  }

  async find(id: string): Promise<AnomalyResult | undefined> {
    return documentOf(id, this.#findings.get(id) ?? [], this.#samples.get(id), this.#judged.get(id));
  }

  async list(status: AnomalyResult['final_status'], limit: number): Promise<readonly AnomalyResult[]> {
    const ids = new Set([...this.#findings.keys(), ...this.#samples.keys()]);
    const all = await Promise.all([...ids].map((id) => this.find(id)));
    return all
      .filter((each): each is AnomalyResult => each?.final_status === status)
      .sort((a, b) => b.timestamp.localeCompare(a.timestamp))
      .slice(0, limit);
  }

  async keepSample(sample: Sample): Promise<void> {
    this.#samples.set(sample.id, sample);
  }

  async keepJudged(id: string, judged: Judged): Promise<void> {
    this.#judged.set(id, judged);
  }
}
