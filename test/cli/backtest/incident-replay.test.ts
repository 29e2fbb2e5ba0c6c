import { Counter } from '../../../cli/backtest/figures.ts';
import { IncidentReplay, type ReplayedMail } from '../../../cli/backtest/incident-replay.ts';
import type { Incident } from '../../../contracts/index.ts';
import type { NoiseSettings } from '../../../lambdas/incidents/settings.ts';
import { noise } from '../../../lib/config/noise.ts';
import { anomaly, cleared } from '../../lambdas/factories.ts';

const QUIET_MS = 15 * 60_000;
const at = (time: string) => Date.parse(`2026-03-01T${time}Z`);
let sequence = 0;
const next = () => ({ sequence_number: String(++sequence) });

function replayWith(noise?: NoiseSettings) {
  const mails: ReplayedMail[] = [];
  const ended: Incident[] = [];
  const listener = {
    anomaly: () => undefined,
    ended: (incident: Incident) => ended.push(incident),
    mail: (mail: ReplayedMail) => mails.push(mail),
  };
  const replay = new IncidentReplay(QUIET_MS, [listener], noise);
  const told = () => mails.map(({ kind, at: time }) => `${kind} ${time.toISOString().slice(11, 19)}`);
  return { replay, ended, told };
}

describe('incidents of a replay', () => {
  it('open and resolve by the time of the records', async () => {
    const { replay, told, ended } = replayWith();
    await replay.take(anomaly(next()), at('10:00:30'));
    await replay.take(cleared(next()), at('10:05:10'));
    expect(told()).toEqual(['opened 10:00:30', 'resolved 10:05:10']);
    await replay.finish(at('10:06:00'));
    expect(ended).toMatchObject([{ status: 'resolved', resolved_by: 'cleared' }]);
  });

  it('resolve quietly with the first sweep after the quiet period, long before the next anomaly comes', async () => {
    const { replay, told, ended } = replayWith();
    await replay.take(anomaly(next()), at('10:00:30'));
    await replay.take(anomaly({ ...next(), entity: 'user002' }), at('18:00:00'));
    expect(told()).toEqual(['opened 10:00:30', 'resolved 10:16:00', 'opened 18:00:00']);
    await replay.finish(at('18:00:01'));
    expect(ended).toMatchObject([
      { resolved_by: 'quiet', resolved_at: '2026-03-01T10:16:00.000Z' },
      { status: 'open' },
    ]);
  });

  it('stay open while they are renewed', async () => {
    const { replay, told } = replayWith();
    await replay.take(anomaly(next()), at('10:00:00'));
    for (const minute of ['05', '10', '15', '20', '25']) {
      await replay.take(anomaly({ ...next(), kind: 'renewed' }), at(`10:${minute}:00`));
    }
    await replay.finish(at('10:39:00'));
    expect(told()).toEqual(['opened 10:00:00']);
  });

  it('that are not over at the end are told as open', async () => {
    const { replay, ended } = replayWith();
    await replay.take(anomaly(next()), at('10:00:00'));
    await replay.finish(at('10:10:00'));
    expect(ended).toMatchObject([{ status: 'open' }]);
  });

  it('never run back in time, though two detectors disagree by a moment', async () => {
    const { replay, told } = replayWith();
    await replay.take(anomaly(next()), at('10:00:02'));
    await replay.take(anomaly({ ...next(), entity: 'user002' }), at('10:00:01'));
    expect(told()).toEqual(['opened 10:00:02', 'opened 10:00:02']);
  });

  it('are held, reminded of and opened again as on the stage, each at its own second', async () => {
    const { replay, told, ended } = replayWith({ ...noise, reminderSeconds: 3_600 });
    await replay.take(anomaly(next()), at('10:00:30'));
    await replay.take(cleared(next()), at('10:05:10'));
    await replay.take(anomaly(next()), at('10:05:20'));
    await replay.take(cleared(next()), at('10:10:00'));
    await replay.take(anomaly(next()), at('10:20:00'));
    for (let minute = 25; minute <= 85; minute += 5) {
      await replay.take(anomaly({ ...next(), kind: 'renewed' }), at('10:00:00') + minute * 60_000);
    }
    await replay.finish(at('11:25:30'));
    expect(told()).toEqual([
      'opened 10:00:30',
      'resolved 10:10:30',
      'reminder 10:20:00',
      'reminder 11:20:00',
    ]);
    expect(ended).toMatchObject([{ status: 'open', reopened_at: [expect.anything(), expect.anything()] }]);
  });

  it('of long ago are forgotten, and what they were counted stays', async () => {
    const counter = new Counter();
    const replay = new IncidentReplay(QUIET_MS, [counter]);
    const start = at('00:00:00');
    for (let hour = 0; hour < 100; hour++) {
      await replay.take(anomaly(next()), start + hour * 3_600_000);
    }
    await replay.finish(start + 100 * 3_600_000);
    expect(counter.total(100 / 24)).toMatchObject({
      anomalies: { raised: 100 },
      incidents: 100,
      incidents_by_end: { quiet: 100 },
      mails: 200,
      mails_per_day: 48,
      busiest_day: { date: '2026-03-01', mails: 48 },
    });
  });
});
