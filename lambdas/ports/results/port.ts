/** What the tiers found of single records. Findings are written with their incident (see incident-store). */
import type { AnomalyResult } from '../../../contracts/anomaly-result.ts';
import type { Judged, Sample } from '../../results/document.ts';

export interface ResultStore {
  find(id: string): Promise<AnomalyResult | undefined>;
  /** Newest first; at most `limit`. A sample is normal until a finding says otherwise. May lag a moment behind. */
  list(status: AnomalyResult['final_status'], limit: number): Promise<readonly AnomalyResult[]>;
  /** Keeps a record in which nothing need have been found. The same record again changes nothing. */
  keepSample(sample: Sample, now: Date): Promise<void>;
  /** Keeps what triage made of a record; the last word stands. It shows in the record's document, if there is one. */
  keepJudged(id: string, judged: Judged): Promise<void>;
}
