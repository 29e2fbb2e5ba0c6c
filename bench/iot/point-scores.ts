/** How well scores of single points tell the anomalous ones: each point counts, none is adjusted by its neighbours. */

export interface ScoredPoint {
  readonly score: number;
  readonly anomalous: boolean;
}

export interface PointScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Precision, recall and F1 when each point with a score of at least the threshold is called anomalous. */
export function scoresAt(points: readonly ScoredPoint[], threshold: number): PointScores {
  const anomalous = points.filter((point) => point.anomalous).length;
  const called = points.filter((point) => point.score >= threshold);
  const right = called.filter((point) => point.anomalous).length;
  const precision = called.length === 0 ? 0 : right / called.length;
  const recall = anomalous === 0 ? 0 : right / anomalous;
  return { precision, recall, f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/** One place on the curve: what a threshold gives. */
interface Place extends PointScores {
  readonly threshold: number;
}

/** The curve from the highest threshold down; points of one score are called together. */
function curve(points: readonly ScoredPoint[]): readonly Place[] {
  const sorted = points.toSorted((a, b) => b.score - a.score);
  const anomalous = points.filter((point) => point.anomalous).length;
  const places: Place[] = [];
  let right = 0;
  for (const [index, { score, anomalous: isRight }] of sorted.entries()) {
    if (isRight) right += 1;
    if (sorted[index + 1]?.score === score) continue;
    const precision = right / (index + 1);
    const recall = anomalous === 0 ? 0 : right / anomalous;
    const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    places.push({ threshold: score, precision, recall, f1 });
  }
  return places;
}

/** Area under the precision-recall curve as average precision: no line is drawn between its points. */
export function averagePrecision(points: readonly ScoredPoint[]): number {
  let area = 0;
  let recall = 0;
  for (const place of curve(points)) {
    area += (place.recall - recall) * place.precision;
    recall = place.recall;
  }
  return area;
}

/** The threshold with the best F1, for tuning only: whoever uses it has looked at the labels. */
export function bestThreshold(points: readonly ScoredPoint[]): number {
  let best: Place | undefined;
  for (const place of curve(points)) if (best === undefined || place.f1 > best.f1) best = place;
  return best?.threshold ?? Number.POSITIVE_INFINITY;
}
