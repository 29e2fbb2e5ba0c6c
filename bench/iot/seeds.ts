/** Which seeds of the labelled set are for tuning, and which is held back: settings never see its labels. */

export const TUNING_SEEDS = [1, 2, 3] as const;
export const HELD_BACK_SEED = 20_261_121;

/** A Monday, so that the set's week begins and ends with whole days. */
export const SET_START = Date.parse('2026-01-05T00:00:00Z');
