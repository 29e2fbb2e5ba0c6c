import { rulesFor } from '../../../contracts/learning.ts';
import { Rule } from '../../../contracts/rule.ts';
import { learningLines } from '../../../lambdas/triage/learning.ts';
import { anomaly } from '../factories.ts';

const rule = (given: object) =>
  Rule.parse({ id: 'mine', source: 'transactions', metric: 'amount', kind: 'deviation', ...given });
const lines = (seen: number | null, ...rules: Rule[]) =>
  learningLines({ about: anomaly({ readings_seen: seen }), rules });

describe('a mail about a series that rules still learn', () => {
  const strays = rule({ id: 'strays', min_samples: 30 });
  const isNew = rule({ id: 'new', kind: 'novelty' });

  it('names the rules that do not judge it yet, and what they need', () => {
    expect(lines(12, strays, isNew)).toEqual([
      'Still learning: this is reading 12 of this series. Fixed limits alone judge it until enough has come for strays (deviation, needs 30 readings) and new (novelty, needs 150 readings)',
    ]);
  });

  it('says nothing of a rule from the first reading on that it judges', () => {
    expect(lines(30, strays)).toHaveLength(1);
    expect(lines(31, strays)).toEqual([]);
    expect(lines(31, strays, isNew)[0]).not.toContain('strays');
  });

  it('says nothing where nothing learns, or it is not known how much came', () => {
    expect(lines(1, rule({ kind: 'limits', high: 1 }))).toEqual([]);
    expect(lines(null, strays)).toEqual([]);
    expect(learningLines({ about: anomaly({ readings_seen: 1 }) })).toEqual([]);
  });

  it('names only rules that judge this series', () => {
    const others = [
      rule({ source: 'host' }),
      rule({ metric: 'fee' }),
      rule({ entity: 'user002' }),
      rule({ enabled: false }),
    ];
    expect(lines(1, ...others)).toEqual([]);
    const named = rule({ id: 'named', entity: 'user001', min_samples: 10 });
    expect(lines(20, strays, named)).toEqual([]);
    expect(lines(5, strays, named)[0]).toContain('enough has come for named (');
  });

  it('sees the rules as the job does: the more specific one of a kind replaces the others', () => {
    const subject = { source: 'transactions', entity: 'user001', metric: 'amount' };
    const every = rule({ id: 'every', metric: '*' });
    expect(rulesFor([every, strays, isNew], subject)).toEqual([strays, isNew]);
  });
});
