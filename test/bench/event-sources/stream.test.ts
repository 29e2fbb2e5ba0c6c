import { type StreamSource, workOff } from '../../../bench/event-sources/stream.ts';

/** A source over numbers that notes each call; a bad number always fails, a shaky one the first time. */
function sourceOver({ bad = [], shaky = [] }: { bad?: number[]; shaky?: number[] }) {
  const calls: number[][] = [];
  const buried: number[] = [];
  const failing = new Set(shaky);
  const source: StreamSource<number> = {
    signal: new AbortController().signal,
    scale: 10_000,
    invoke: async (batch) => {
      calls.push(batch);
      const failed = batch.filter((number) => bad.includes(number) || failing.delete(number));
      return new Set(failed.map(String));
    },
    bury: async (number) => void buried.push(number),
  };
  return { calls, buried, source };
}

describe('a batch of a stream', () => {
  it('comes again from its first failure on', async () => {
    const { calls, source } = sourceOver({ shaky: [3] });
    await workOff([1, 2, 3, 4, 5], String, source);
    expect(calls[0]).toEqual([1, 2, 3, 4, 5]);
    expect(calls.slice(1).flat()).toEqual([3, 4, 5]);
  });

  it('is halved until the bad record stands alone, which is buried after ten tries more', async () => {
    const { calls, buried, source } = sourceOver({ bad: [3] });
    await workOff([1, 2, 3, 4, 5, 6, 7, 8], String, source);
    expect(buried).toEqual([3]);
    expect(calls.filter((batch) => batch.length === 1 && batch[0] === 3)).toHaveLength(11);
    expect(calls.flat()).toEqual(expect.arrayContaining([4, 5, 6, 7, 8]));
  });

  it('whose function ended comes again whole', async () => {
    const { calls, source } = sourceOver({});
    const { invoke } = source;
    let isFirst = true;
    const ending: StreamSource<number> = {
      ...source,
      invoke: async (batch) => {
        if (!isFirst) return await invoke(batch);
        isFirst = false;
        throw new Error('out of memory');
      },
    };
    await workOff([1, 2], String, ending);
    expect(calls.flat()).toEqual([1, 2]);
  });

  it('is dropped where nothing keeps what failed', async () => {
    const { calls, source } = sourceOver({ shaky: [1] });
    const { bury: _, ...careless } = source;
    await workOff([1, 2], String, careless);
    expect(calls).toEqual([[1, 2]]);
  });
});
