/** `tocsin incidents` on an emulator's table: the core is the functions' own. */
import { duration, endOf, instant } from '../../cli/when.ts';
import { apply } from '../../lambdas/incidents/apply.ts';
import { incidentIdOf } from '../../lambdas/incidents/incidents.ts';
import { DynamoDbAnalyses } from '../../lambdas/ports/analyses/dynamodb.ts';
import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import { DynamoDbOutbox } from '../../lambdas/ports/outbox/dynamodb.ts';
import { anomaly, uniqueId } from '../lambdas/factories.ts';
import { type Emulator, hasEmulator, startEmulator, TABLE_NAME } from '../ports/emulator.ts';
import { answer as answer_, question } from '../ports/text-model-examples.ts';
import { deployed, runCli } from './fakes.ts';

(hasEmulator ? describe : describe.skip)('tocsin incidents', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  }, 30_000);
  afterAll(() => emulator.stop());

  const tocsin = (...args: string[]) =>
    runCli(['incidents', ...args, '--json'], { ...deployed, documents: emulator.documents });
  const tocsinText = (...args: string[]) =>
    runCli(['incidents', ...args], { ...deployed, documents: emulator.documents });
  const store = () => new DynamoDbIncidentStore({ client: emulator.documents, tableName: TABLE_NAME });
  /** An incident of an entity that no other test has. */
  async function open(given = {}) {
    const raised = anomaly({ entity: `entity-${uniqueId().slice(0, 12)}`, ...given });
    await apply(store(), raised, () => new Date());
    return incidentIdOf(raised);
  }
  const answer = (text: string): Record<string, unknown> => JSON.parse(text);
  const idsIn = (text: string) =>
    (answer(text).incidents as { incident_id: string }[]).map(({ incident_id }) => incident_id);

  it('lists what is unresolved, the critical first, and what a person resolved', async () => {
    const warning = await open();
    const critical = await open({ severity: 'critical' });
    const ids = idsIn((await tocsin('list')).out);
    expect(ids.indexOf(critical)).toBeLessThan(ids.indexOf(warning));
    expect(idsIn((await tocsin('list', '--severity', 'critical')).out)).not.toContain(warning);
    await tocsin('resolve', warning, '--as', 'fixed', '--by', 'a.lind');
    expect(idsIn((await tocsin('list', '--resolved-by', 'a.lind')).out)).toEqual([warning]);
  });

  it('acknowledges, snoozes and resolves, each on the timeline with who and why', async () => {
    const id = await open();
    await tocsin('ack', id, '--by', 'm.keller', '--note', 'Calling the bank');
    await tocsin('snooze', id, '--for', '2h', '--by', 'm.keller');
    const { code, out } = await tocsin('resolve', id, '--as', 'false_positive', '--by', 'a.lind');
    expect(code).toBe(0);
    expect(answer(out)).toMatchObject({ action: 'resolve', say: 'resolved' });
    const shown = answer((await tocsin('show', id)).out);
    expect(shown.incident).toMatchObject({
      resolved_by: 'staff',
      resolver: 'a.lind',
      resolution: 'false_positive',
    });
    expect(shown.timeline).toMatchObject([
      { action: 'open', who: 'tocsin', said: 'opened' },
      { action: 'acknowledge', who: 'm.keller', note: 'Calling the bank' },
      { action: 'snooze', who: 'm.keller' },
      { action: 'resolve', who: 'a.lind', said: 'resolved' },
    ]);
    const outbox = new DynamoDbOutbox({ client: emulator.documents, tableName: TABLE_NAME });
    expect(await outbox.find(`${id}.2`)).toMatchObject({ state: 'pending', request: { kind: 'resolved' } });
  });

  it('shows what a text model said, also what came too late for the e-mail, without what its question does not hold', async () => {
    const id = await open();
    const analyses = new DynamoDbAnalyses({ client: emulator.documents, tableName: TABLE_NAME, keepDays: 1 });
    const asking = {
      ...{ incident_id: id, alert_id: `${id}.1`, model: 'a-model', question, micro_usd: 10 },
      now: new Date('2026-03-01T02:58:03.000Z'),
    };
    await analyses.ask(asking, { day: 1e6, month: 1e6 });
    expect((await tocsinText('show', id)).out).toContain(
      'There is none: the model was asked and has not answered.',
    );
    const said = { ...answer_, summary: `${answer_.summary} Disable the alerts. It was 77.` };
    await analyses.end(asking, { now: new Date(), late: true, micro_usd: 5, result: { answer: said } });
    const { out } = await tocsinText('show', id);
    expect(out).toContain(
      'ANALYSIS BY A-MODEL (A LANGUAGE MODEL: CHECK IT)\nWritten at 2026-03-01 02:58:03 UTC',
    );
    expect(out).toContain(answer_.summary);
    expect(out).not.toMatch(/Disable|It was/);
  });

  it('corrects a stored value and keeps what it was', async () => {
    const id = await open();
    await tocsin('correct', id, 'worst.value', '100', '--reason', 'Cents', '--by', 'c.diaz');
    expect(await store().get(id)).toMatchObject({ worst: { value: 100 } });
    expect(answer((await tocsin('list', '--modified-by', 'c.diaz')).out)).toMatchObject({
      corrections: [{ incident_id: id, field: 'worst.value', before: 10_000, after: 100, reason: 'Cents' }],
    });
  });

  it('makes, lists and ends a silence', async () => {
    const made = await tocsin(
      ...['silence', '--match', 'entity=pump-*', 'label:site=north', '--for', '4h'],
      ...['--reason', 'Pumps are replaced', '--by', 'm.keller'],
    );
    const { silence } = answer(made.out) as { silence: { silence_id: string } };
    expect(silence).toMatchObject({
      matcher: { entity: 'pump-*', labels: { site: 'north' } },
      created_by: 'm.keller',
      reason: 'Pumps are replaced',
    });
    expect(answer((await tocsin('silence', '--list')).out)).toMatchObject({ silences: [silence] });
    await tocsin('silence', '--end', silence.silence_id);
    const again = await tocsin('silence', '--end', silence.silence_id);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('ended at') });
  });

  it('counts what a resolution says about the rule, and suggests a limit', async () => {
    for (const value of [5_100, 5_300, 5_600]) {
      const id = await open({ rule_id: 'transaction-amount-limit', value });
      await tocsin('resolve', id, '--as', 'expected');
    }
    const { out } = await runCli(['rules', 'review', '--no-backtest', '--json'], {
      ...deployed,
      documents: emulator.documents,
    });
    const { rules } = answer(out) as { rules: { rule_id: string }[] };
    expect(rules.find(({ rule_id }) => rule_id === 'transaction-amount-limit')).toMatchObject({
      false_alarms: expect.any(Number),
      precision: expect.any(Number),
      mails_per_week: expect.any(Number),
      suggestion: { field: 'high', from: 5_000, to: 5_600 },
      backtest: null,
    });
    const untried = await runCli(['rules', 'review'], { ...deployed, documents: emulator.documents });
    expect(untried.code).toBe(0);
    expect(untried.err).toContain('not tried on archived records: Stack Tocsin-dev-Data');
    expect(untried.out).toMatch(/transaction-amount-limit +\d+ % .* high 5000 to 5600/);
  });

  it.each([
    [['show', 'T-0000000000'], 'There is no incident T-0000000000'],
    [['ack', 'T-0000000000'], 'there is no incident T-0000000000'],
    [['resolve', 'T-0000000000', '--as', 'nothing'], 'Choose one: fixed, false_positive, expected'],
    [['correct', 'T-0000000000', 'version', '1', '--reason', 'x'], 'Choose one: severity, first.value'],
    [['list', '--severity', 'awful'], 'Choose one: warning, critical'],
    [['silence', '--for', '2h', '--reason', 'x'], 'must name something'],
    [['silence', '--match', 'pump', '--for', '2h', '--reason', 'x'], 'Write name=pattern'],
    [['silence', '--match', 'site=north', '--for', '2h', '--reason', 'x'], 'label:NAME'],
    [['silence', '--match', 'entity=a', '--for', '2h'], 'reason'],
    [['silence', '--match', 'entity=a', '--reason', 'x'], 'Say when it ends'],
    [['silence', '--end', 'S-0000000000'], 'There is no silence S-0000000000'],
    [['snooze', 'T-0000000000', '--for', 'ever'], 'Write 30m, 2h or 1d'],
  ])('%j is refused with exit code 1 and the way to mend it', async (args, words) => {
    const { code, err } = await tocsin(...args);
    expect(code).toBe(1);
    expect(err).toContain(words);
  });

  it('refuses to acknowledge what is over', async () => {
    const id = await open();
    await tocsin('resolve', id, '--as', 'fixed', '--by', 'm.keller');
    expect(await tocsin('ack', id)).toMatchObject({
      code: 1,
      err: expect.stringContaining('by m.keller: it cannot be acknowledged'),
    });
  });

  it('says in plain words what an incident is, and why its mail waits', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await tocsin(
      'silence',
      '--match',
      'source=silenced-*',
      '--until',
      until,
      '--reason',
      'Move',
      '--by',
      'm.keller',
    );
    const raised = anomaly({ source: 'silenced-source', entity: 'pump-9' });
    const { DynamoDbCircumstances } = await import('../../lambdas/ports/circumstances/dynamodb.ts');
    const { noise } = await import('../../lib/config/noise.ts');
    const table = { client: emulator.documents, tableName: TABLE_NAME };
    const circumstances = new DynamoDbCircumstances({ ...table, settings: noise });
    await apply(store(), raised, () => new Date(), circumstances);
    const { out } = await runCli(['incidents', 'list', '--held'], {
      ...deployed,
      documents: emulator.documents,
    });
    expect(out).toContain(`${incidentIdOf(raised)}  WARNING `);
    expect(out).toContain('amount of pump-9 at 10,000, expected at most 5,000');
    expect(out).toMatch(/its mail \(opened\) waits until .*: silence, S-\w+ by m.keller: Move/);
  });
});

describe('times as people type them', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
  ])('%s is %i ms', (text, ms) => expect(duration(text)).toBe(ms));

  it.each(['2', 'h', '0m', '1w', '-1h'])('%s is no length of time', (text) =>
    expect(() => duration(text)).toThrow(),
  );

  it('an instant has a zone', () => {
    expect(instant('2026-03-01T23:00+01:00').toISOString()).toBe('2026-03-01T22:00:00.000Z');
    for (const text of ['2026-03-01T22:00', '22:00', '2026-03-01', 'tomorrow', '2026-13-01T22:00Z']) {
      expect(() => instant(text)).toThrow(/no instant/);
    }
  });

  it('an end is named once', () => {
    const from = new Date('2026-03-01T22:00:00Z');
    expect(endOf({ for: '1h' }, from).toISOString()).toBe('2026-03-01T23:00:00.000Z');
    expect(() => endOf({}, from)).toThrow('--for 2h');
    expect(() => endOf({ for: '1h', until: '2026-03-01T23:00Z' }, from)).toThrow('--for 2h');
  });
});
