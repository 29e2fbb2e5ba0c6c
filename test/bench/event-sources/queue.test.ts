import { lanesOf, sqsEvent, workOff } from '../../../bench/event-sources/queue.ts';

const message = (MessageId: string, MessageGroupId: string) =>
  sqsEvent({ MessageId, Attributes: { MessageGroupId } });
const received = [message('a1', 'a'), message('b1', 'b'), message('a2', 'a')];
const idsOf = (lanes: ReturnType<typeof lanesOf>) =>
  lanes.map((lane) => lane.map((batch) => batch.map(({ messageId }) => messageId)));

describe('what a poller of a queue received', () => {
  it('is one batch where it fits one', () => {
    expect(idsOf(lanesOf(received, 10))).toEqual([[['a1', 'b1', 'a2']]]);
  });

  it('runs side by side otherwise, but a group in its order', () => {
    expect(idsOf(lanesOf(received, 1))).toEqual([[['a1'], ['a2']], [['b1']]]);
  });

  it('is not tried on after a failure in its group', async () => {
    const [lane = []] = lanesOf(received, 1);
    const tried: string[] = [];
    const failed = await workOff(lane, async (batch) => {
      tried.push(...batch.map(({ messageId }) => messageId));
      throw new Error('out of memory');
    });
    expect(tried).toEqual(['a1']);
    expect(failed).toEqual(['a1', 'a2']);
  });
});
