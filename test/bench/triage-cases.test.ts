import { halves, stories } from '../../bench/triage/cases/index.ts';
import { evidenceOf } from '../../bench/triage/evidence-of-story.ts';
import { KINDS } from '../../bench/triage/story.ts';
import { VERDICTS } from '../../lambdas/triage/fact.ts';

const [built, held] = ['built-with', 'held-back'].map((half) => halves().get(half as 'built-with') ?? []);

describe('the labelled cases of triage', () => {
  it('are at least 40, of four sources and each kind, and each says why it has its label', () => {
    expect(stories.length).toBeGreaterThanOrEqual(40);
    expect(new Set(stories.map((story) => evidenceOf(story).about.source)).size).toBe(4);
    expect(new Set(stories.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    expect(new Set(stories.map(({ id }) => id)).size).toBe(stories.length);
    for (const { why } of stories) expect(why.length).toBeGreaterThan(20);
  });

  it('hold each verdict often enough that no one of them is a good guess', () => {
    for (const verdict of VERDICTS) {
      const share = stories.filter(({ label }) => label === verdict).length / stories.length;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.45);
    }
  });

  it('are in one half each, as many of each kind in both, give or take one', () => {
    expect([...(built ?? []), ...(held ?? [])].map(({ id }) => id).sort()).toEqual(
      stories.map(({ id }) => id).sort(),
    );
    for (const kind of KINDS) {
      const [one = 0, other = 0] = [built, held].map(
        (half) => half?.filter((each) => each.kind === kind).length,
      );
      expect(Math.abs(one - other)).toBeLessThanOrEqual(1);
    }
  });

  it('are alarms: a value that is judged against an end lies beyond it', () => {
    for (const story of stories) {
      const { about } = evidenceOf(story);
      if (!['limits', 'deviation', 'window'].includes(about.detector)) continue;
      const isBeyond = about.alarm_type.startsWith('High')
        ? about.value > (about.expected_high ?? Number.POSITIVE_INFINITY)
        : about.value < (about.expected_low ?? Number.NEGATIVE_INFINITY);
      expect([story.id, isBeyond]).toEqual([story.id, true]);
    }
  });

  it('are the same each time they are told', () => {
    const [story] = stories;
    if (story === undefined) throw new Error('there are no cases');
    expect(evidenceOf(story)).toEqual(evidenceOf(story));
  });
});
