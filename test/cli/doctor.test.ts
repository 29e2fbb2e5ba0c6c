import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { runCli } from './fakes.ts';

const stacks = {
  'Tocsin-dev-Data': { TopicArn: 'arn:topic' },
  'Tocsin-dev-Pipeline': { DeadLetterQueues: 'alerts=https://queue/alerts-dead' },
};

interface State {
  readonly address?: string;
  readonly beatMs?: number;
  readonly letters?: number;
}

function aws({ address, beatMs, letters = 0 }: State) {
  return {
    stacks,
    answer: (command: unknown): unknown => {
      if (command instanceof ListSubscriptionsByTopicCommand) {
        return {
          Subscriptions:
            address === undefined ? [] : [{ Protocol: 'email', Endpoint: address, SubscriptionArn: 'arn:1' }],
        };
      }
      if (command instanceof GetSubscriptionAttributesCommand) return { Attributes: {} };
      if (command instanceof GetMetricStatisticsCommand) {
        return { Datapoints: beatMs === undefined ? [] : [{ Timestamp: new Date(), Maximum: beatMs }] };
      }
      if (command instanceof GetQueueAttributesCommand) {
        return { Attributes: { ApproximateNumberOfMessages: String(letters) } };
      }
      return undefined;
    },
  };
}

describe('tocsin doctor', () => {
  it('says that all is well, and ends with 0', async () => {
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1_234 }));
    expect(out.split('\n').filter((line) => line !== '')).toEqual([
      'ok   subscriptions: 1 confirmed: a@example.org',
      'ok   heartbeat: the last took 1.2 s from the input stream to the message',
      'ok   dead letters: none',
    ]);
    expect(code).toBe(0);
  });

  it('names everything that is ill, and ends with 1', async () => {
    const { code, out, err } = await runCli(['doctor'], aws({ letters: 3 }));
    expect(code).toBe(1);
    expect(out).toContain('ILL  subscriptions: no address is confirmed');
    expect(out).toContain('ILL  subscriptions: nobody gets the critical alerts of source transactions');
    expect(out).toContain('ILL  heartbeat: none in 11 minutes');
    expect(out).toContain('ILL  dead letters: 3 in alerts: tocsin redrive show alerts --stage dev');
    expect(err).toContain('need a look');
  });

  it('goes on when one check cannot be made', async () => {
    const { code, out } = await runCli(['doctor', '--json'], { ...aws({ beatMs: 1 }), stacks: {} });
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toMatchObject([
      { name: 'subscriptions', state: 'unknown', text: expect.stringContaining('is not deployed') },
      { name: 'heartbeat', state: 'well' },
      { name: 'dead letters', state: 'unknown' },
    ]);
  });
});
