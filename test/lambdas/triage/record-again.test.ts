import { anomaly, at } from '../factories.ts';
import { setUp } from './record-setup.ts';

describe('a request that comes again, or cannot be met', () => {
  it.each(['claimed', 'sent', 'parked', 'in_digest', 'failed'] as const)(
    'is dropped unread when its message is %s already: a copy of a request that waited long',
    async (state) => {
      const { run, fold, outbox, store, queue, counted } = await setUp();
      await fold(anomaly());
      const [line] = outbox.lines;
      if (line === undefined) throw new Error('nothing is said');
      const { request } = line;
      const now = at('03:00:01.000');
      if (state === 'parked' || state === 'in_digest') await outbox.park(request, 'storm', now);
      else await outbox.claim(request, now);
      if (state === 'in_digest') await outbox.endInDigest(request.alert_id, 'D-1');
      if (state === 'sent') await outbox.confirm(request.alert_id);
      if (state === 'failed') await outbox.markFailed({ ...line, state: 'claimed' });
      expect(outbox.lines[0]?.state).toBe(state);
      const read = jest.spyOn(store, 'get');
      const readHistory = jest.spyOn(store, 'historyOf');
      await expect(run()).resolves.toEqual({ batchItemFailures: [] });
      expect(read).not.toHaveBeenCalled();
      expect(readHistory).not.toHaveBeenCalled();
      expect(queue.messages).toEqual([]);
      expect(counted).toEqual({ RequestsDropped: 1 });
    },
  );

  it('goes through when its message was parked and is to be sent by itself after all', async () => {
    const { run, fold, outbox, alerts } = await setUp();
    await fold(anomaly());
    const [line] = outbox.lines;
    if (line === undefined) throw new Error('nothing is said');
    await outbox.park(line.request, 'storm', at('03:00:01.000'));
    await outbox.unpark(line, at('03:01:00.000'));
    await run();
    expect(alerts().map(({ alert_id }) => alert_id)).toEqual([line.request.alert_id]);
  });

  it('goes through when a sender gave its claim back', async () => {
    const { run, fold, outbox, alerts } = await setUp();
    await fold(anomaly());
    const [line] = outbox.lines;
    if (line === undefined) throw new Error('nothing is said');
    await outbox.claim(line.request, at('03:00:01.000'));
    await outbox.release(line.request.alert_id);
    await run();
    expect(alerts()).toHaveLength(1);
  });

  it('fails when its incident is not in the store, or it cannot be read', async () => {
    const { run, fold, store, queue } = await setUp();
    await fold(anomaly());
    jest.spyOn(store, 'get').mockResolvedValue(undefined);
    const response = await run();
    expect(response.batchItemFailures).toHaveLength(1);
    expect(queue.messages).toEqual([]);
  });
});
