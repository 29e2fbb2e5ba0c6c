/** The samples of the latency benchmark. */
/** What was put, and when each of its effects was seen; epoch ms. */
export interface Sample {
  readonly entity: string;
  readonly putAt: number;
  readBackAt?: number;
  anomalyAt?: number;
  snsAt?: number;
  /** Wait of the window detector, from the window's end plus the out-of-order bound. */
  windowWaitMs?: number;
}

/** All that were put, by entity and by sequence number. */
export class Samples {
  readonly byEntity = new Map<string, Sample>();
  readonly bySequence = new Map<string, Sample>();
  readonly #warmUp: number;

  /** @param warmUp how many of the first are not measured */
  constructor(warmUp: number) {
    this.#warmUp = warmUp;
  }

  add(sample: Sample, sequenceNumber: string): void {
    this.byEntity.set(sample.entity, sample);
    this.bySequence.set(sequenceNumber, sample);
  }

  /** The measured ones, in the order of their puts. */
  get measured(): readonly Sample[] {
    return [...this.byEntity.values()].slice(this.#warmUp);
  }

  waits(at: 'readBackAt' | 'anomalyAt' | 'snsAt'): number[] {
    return this.measured.flatMap((sample) => {
      const seen = sample[at];
      return seen === undefined ? [] : [seen - sample.putAt];
    });
  }
}
