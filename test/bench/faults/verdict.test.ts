import type { Mail } from '../../../bench/faults/mailbox.ts';
import { ended, judge, type Outcome } from '../../../bench/faults/verdict.ts';
import type { Incident } from '../../../contracts/incident.ts';
import { fold } from '../../../lambdas/incidents/incidents.ts';
import type { OutboxLine } from '../../../lambdas/ports/outbox/port.ts';
import { anomaly, at } from '../../lambdas/factories.ts';

const now = at('03:00:00.000');

function incidentOf(entity: string): Incident {
  const decision = fold(anomaly({ entity }), { open: undefined, cleared: undefined }, now);
  if (!('incident' in decision)) throw new Error('nothing opened');
  return decision.incident;
}
function lineOf({ incident_id }: Incident, given: Partial<OutboxLine> = {}): OutboxLine {
  const request = { alert_id: `${incident_id}.1`, incident_id, sequence: 1, kind: 'opened' as const };
  return { request, created_at: now.toISOString(), state: 'sent', requeues: 0, ...given };
}
function mailOf({ incident_id }: Pick<Incident, 'incident_id'>, kind = 'opened'): Mail {
  return { alert_id: `${incident_id}.1`, incident_id, kind, subject: '', body: '', at: 0 };
}

const [one, other] = [incidentOf('one'), incidentOf('other')];
const expected = { entities: new Set(['one', 'other']), injected: 1 };

async function verdictOn(
  given: { incidents?: Incident[]; lines?: OutboxLine[]; mails?: Mail[]; dead?: number },
  more: Partial<Parameters<typeof judge>[2]> = {},
) {
  const { incidents = [one, other], lines = [lineOf(one), lineOf(other)], dead = 0 } = given;
  const outcome: Outcome = {
    stored: async () => ({ incidents, lines, analyses: [] }),
    deadLetters: async () => dead,
    mails: given.mails ?? [mailOf(one), mailOf(other)],
    unconfirmed: 0,
    redriven: 0,
  };
  return await judge('a scenario', outcome, { ...expected, ...more }, 1);
}

describe('the verdict on a scenario', () => {
  it('is good where each incident has its e-mail', async () => {
    expect(await verdictOn({})).toMatchObject({ pass: true, lost: 0, duplicate_mails: 0, faults: [] });
  });

  it('is good where a digest that was mailed told of an incident', async () => {
    const lines = [lineOf(one), lineOf(other, { state: 'in_digest', digest_id: 'D-1' })];
    const mails = [mailOf(one), mailOf({ incident_id: 'D-1' }, 'digest')];
    expect(await verdictOn({ lines, mails })).toMatchObject({ pass: true, lost: 0 });
  });

  it('is lost where the digest was not mailed, where the e-mail never came, and where there is no incident', async () => {
    const lines = [lineOf(one), lineOf(other, { state: 'in_digest', digest_id: 'D-1' })];
    expect(await verdictOn({ lines, mails: [mailOf(one)] })).toMatchObject({ pass: false, lost: 1 });
    expect(await verdictOn({ mails: [] })).toMatchObject({ pass: false, lost: 2 });
    expect(await verdictOn({ incidents: [one] })).toMatchObject({ pass: false, lost: 1 });
  });

  it('forgives what is lost where as many failures are seen, if the scenario may fail', async () => {
    const lost = { mails: [mailOf(one)], dead: 1 };
    expect(await verdictOn(lost)).toMatchObject({ pass: false, visible_failure: true });
    expect(await verdictOn(lost, { mayFailVisibly: true })).toMatchObject({
      pass: true,
      visible_failure: true,
    });
    expect(await verdictOn({ mails: [], dead: 1 }, { mayFailVisibly: true })).toMatchObject({ pass: false });
  });

  it('is bad where an e-mail came twice, there are too many, or incidents that nothing opened', async () => {
    const mails = [mailOf(one), mailOf(one), mailOf(other)];
    expect((await verdictOn({ mails })).duplicate_mails).toBeGreaterThan(0);
    expect(await verdictOn({}, { mostMails: 1 })).toMatchObject({ pass: false, faults: ['2 mails'] });
    expect(await verdictOn({ incidents: [one, other, incidentOf('third')] })).toMatchObject({ pass: false });
  });

  it('is none where the scenario itself ended', () => {
    expect(ended('a scenario', new RangeError('no port'), 1)).toMatchObject({ pass: false, complete: false });
  });
});
