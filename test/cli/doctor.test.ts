import { GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { stages } from '../../lib/config/load.ts';
import { runCli } from './fakes.ts';

const stacks = {
  'Tocsin-dev-Data': { TopicArn: 'arn:topic' },
  'Tocsin-dev-Pipeline': {
    DeadLetterQueues: 'alerts=https://queue/alerts-dead',
    ApplicationName: 'Tocsin-dev',
  },
};

interface State {
  readonly address?: string;
  readonly beatMs?: number;
  readonly letters?: number;
  /** What the job tells, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

const dimensions = [
  { Name: 'Application', Value: 'Tocsin-dev' },
  { Name: 'Program', Value: 'Tocsin' },
];

function aws({ address, beatMs, letters = 0, metrics = { rules_version: 1 } }: State) {
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
      if (command instanceof ListMetricsCommand) {
        const names = Object.keys(metrics).filter((name) => metrics[name] !== undefined);
        // Flink's own metrics have other dimensions.
        return {
          Metrics: [
            ...names.map((name) => ({ MetricName: name, Dimensions: dimensions })),
            { MetricName: 'numRestarts', Dimensions: dimensions.slice(0, 1) },
          ],
        };
      }
      if (
        command instanceof GetMetricStatisticsCommand &&
        command.input.Namespace === 'AWS/KinesisAnalytics'
      ) {
        const value = metrics[command.input.MetricName ?? ''];
        return { Datapoints: [{ Timestamp: new Date(), Maximum: value }] };
      }
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

afterEach(() => jest.restoreAllMocks());

describe('tocsin doctor', () => {
  it('says that all is well, and ends with 0', async () => {
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1_234 }));
    expect(out.split('\n').filter((line) => line !== '')).toEqual([
      'ok   subscriptions: 1 confirmed: a@example.org',
      'ok   heartbeat: the last took 1.2 s from the input stream to the message',
      'ok   dead letters: none',
      'ok   learning: every series is judged by all of its rules',
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

  it('says which rules still learn of which metrics, and that is no fault', async () => {
    const metrics = {
      rules_version: 1,
      'learning:transaction-amount-unusual:amount': 12,
      'learning:host-of-old:cpu': 1,
      'learning:transaction-amount-unusual:fee': 0,
    };
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1, metrics }));
    expect(out.split('\n').filter((line) => line.includes('learning'))).toEqual([
      'note learning: host-of-old still learns 1 series of cpu; until then only rules that learn nothing judge them. See "Cold start" in docs/detection.md',
      'note learning: transaction-amount-unusual still learns 12 series of amount (30 readings each); until then only rules that learn nothing judge them. See "Cold start" in docs/detection.md',
    ]);
    expect(code).toBe(0);
  });

  it('is not content when series have no place, and says which setting to raise', async () => {
    const metrics = { rules_version: 1, 'left_out:new:*': 50 };
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1, metrics }));
    expect(out).toContain(
      'ILL  learning: new does not judge 50 series of further metrics: there are more than detection.maxNoveltyKeys',
    );
    expect(code).toBe(1);
  });

  it('says that novelty lost what another version saved', async () => {
    const metrics = { rules_version: 1, novelty_keys_started_afresh: 3 };
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1, metrics }));
    expect(out).toContain('note learning: novelty lost the memory of 3 series and learns them anew');
    expect(out).toContain('ok   learning: every series is judged by all of its rules');
    expect(code).toBe(0);
  });

  it('does not take a job that tells nothing for one that has learned all', async () => {
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1, metrics: {} }));
    expect(out).toContain('?    learning: the job has told no metrics for 15 minutes. Does it run?');
    expect(code).toBe(1);
  });

  it.each([
    [30, 'note', 0],
    [365 * 24 * 60, 'ILL ', 1],
  ] as const)('names a quiet start that lasts %d minutes still: %s', async (minutes, mark, expected) => {
    const quietUntil = new Date(Date.now() + minutes * 60_000).toISOString();
    const { dev } = stages;
    if (dev === undefined) throw new Error('there is no stage dev');
    jest.replaceProperty(stages, 'dev', { ...dev, flink: { ...dev.flink, quietUntil } });
    const { code, out } = await runCli(['doctor'], aws({ address: 'a@example.org', beatMs: 1 }));
    expect(out).toContain(`${mark} quiet start: nobody is told of anything new before ${quietUntil}`);
    expect(out).toContain('flink.quietUntil in lib/config/dev.ts');
    expect(code).toBe(expected);
  });

  it('goes on when one check cannot be made', async () => {
    const { code, out } = await runCli(['doctor', '--json'], { ...aws({ beatMs: 1 }), stacks: {} });
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toMatchObject([
      { name: 'subscriptions', state: 'unknown', text: expect.stringContaining('is not deployed') },
      { name: 'heartbeat', state: 'well' },
      { name: 'dead letters', state: 'unknown' },
      { name: 'learning', state: 'unknown' },
    ]);
  });
});
