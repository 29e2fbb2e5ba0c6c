import { mainReasonOf, whyOf } from '../../../lambdas/triage/novelty.ts';
import { anomaly } from '../factories.ts';

const scored = (contributions: Record<string, number>, score: number | null = 10) =>
  anomaly({ detector: 'novelty', score, contributions });

describe('why a reading is novel', () => {
  it('is told by the largest part of the score first', () => {
    const about = scored({ range: 3, season: 6, forest: 1 });
    expect(mainReasonOf(about)).toBe('the daily pattern broke');
    expect(whyOf(about)).toBe('the daily pattern broke: 6 of 10\noutside everything seen so far: 3 of 10');
  });

  it('leaves out what explains less than a fifth, and all beyond three', () => {
    const about = scored({ range: 2.6, season: 2.5, extremes: 2.5, sustained: 2.4 });
    expect(whyOf(about).split('\n')).toHaveLength(3);
    expect(whyOf(scored({ range: 9, season: 1 }))).toBe('outside everything seen so far: 9 of 10');
  });

  it('orders equal parts by name, so that a mail composed twice is the same', () => {
    expect(whyOf(scored({ season: 5, forest: 5 }))).toBe(whyOf(scored({ forest: 5, season: 5 })));
  });

  it('names a part that it has no words for', () => {
    expect(mainReasonOf(scored({ moon_phase: 4 }))).toBe('moon_phase');
  });

  it('says something where the job gave no parts', () => {
    expect(mainReasonOf(scored({}))).toBe('unlike the readings before it');
    expect(whyOf(scored({}))).toBe('');
  });
});
