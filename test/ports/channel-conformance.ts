/** What every store of the channel keeps. */
import { emptyChannel } from '../../lambdas/notify/channel.ts';
import { type ChannelStore, next } from '../../lambdas/ports/channel/port.ts';
import { at } from '../lambdas/factories.ts';

/** Declares the suite; `store` may give the same one to each test. */
export function itKeepsTheChannel(store: () => ChannelStore): void {
  it('takes a change from exactly one of many who read the same', async () => {
    const before = await store().read();
    const after = next(before, { ...before, full_at: 1_772_333_881_250.5, storm_since: 7 });
    const taken = await Promise.all([1, 2, 3, 4].map(() => store().write(after)));
    expect(taken.filter((each) => each)).toHaveLength(1);
    await expect(store().read()).resolves.toEqual(after);
    await expect(
      store().write(next(after, { ...emptyChannel, digest_id: 'D-1', last_digest_at: 9 })),
    ).resolves.toBe(true);
    await expect(store().read()).resolves.toMatchObject({
      digest_id: 'D-1',
      last_digest_at: 9,
      storm_since: null,
    });
  });

  it('keeps a digest until it is done', async () => {
    const ids = {
      alert_id: 'D-0123456789.1',
      incident_id: 'D-0123456789',
      sequence: 1,
      kind: 'digest' as const,
    };
    const all = { severity: 'all', source: 'all', entity: 'all', rule_id: 'all', owner: 'all' } as const;
    const alert = {
      ...ids,
      attributes: { kind: 'digest', route: 'page', ...all },
      subject: 'S',
      body: 'B',
    } as const;
    const draft = { digest_id: 'D-0123456789', alert, covers: ['T-0123456789.1'] };
    await expect(store().draft('D-0123456789')).resolves.toBeUndefined();
    await store().putDraft(draft, at('03:00:00.000'));
    await expect(store().draft('D-0123456789')).resolves.toEqual(draft);
  });
}
