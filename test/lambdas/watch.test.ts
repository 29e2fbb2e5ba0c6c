import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import type { Subscription } from '../../lambdas/ports/subscribers/port.ts';
import { SnsSubscribers } from '../../lambdas/ports/subscribers/sns.ts';
import { coverageOf } from '../../lambdas/watch/watch.ts';

const email = (endpoint: string, given: Partial<Subscription> = {}): Subscription => ({
  protocol: 'email',
  endpoint,
  state: 'confirmed',
  filter: { kind: [{ 'anything-but': ['heartbeat'] }] },
  ...given,
});
const cover = (actual: readonly Subscription[], expected: readonly string[] = []) =>
  coverageOf(expected, ['pumps', 'fans'], actual);

describe('who would hear an alert', () => {
  it('is everybody, when an address without lists is confirmed', () => {
    expect(cover([email('a@example.org')], ['A@example.org'])).toEqual({
      confirmed: ['a@example.org'],
      pending: [],
      lost: [],
      unheard: [],
    });
  });

  it('is nobody, when the only address has not confirmed', () => {
    const coverage = cover([email('a@example.org', { state: 'pending' })], ['a@example.org']);
    expect(coverage).toMatchObject({ confirmed: [], pending: ['a@example.org'], lost: [] });
    expect(coverage.unheard).toHaveLength(4);
  });

  it('misses an address of the settings that is no longer there', () => {
    expect(cover([email('a@example.org')], ['a@example.org', 'b@example.org']).lost).toEqual([
      'b@example.org',
    ]);
  });

  it('does not count a function or a queue: they wake nobody', () => {
    expect(cover([email('arn:aws:lambda:x', { protocol: 'lambda' })]).confirmed).toEqual([]);
  });

  it.each([
    ['only critical', { severity: ['critical', 'all'] }, ['warning pumps', 'warning fans']],
    ['only one source', { source: ['pumps', 'all'] }, ['critical fans', 'warning fans']],
    [
      'everything but warnings',
      { severity: [{ 'anything-but': ['warning'] }] },
      ['warning pumps', 'warning fans'],
    ],
    ['only one owner, who may own anything', { owner: ['cooling', 'all'] }, []],
    [
      'only heartbeats',
      { kind: ['heartbeat'] },
      ['critical pumps', 'warning pumps', 'critical fans', 'warning fans'],
    ],
  ])('names what is unheard when the one address gets %s', (_, filter, expected) => {
    const { unheard } = cover([email('a@example.org', { filter })]);
    expect(unheard.map(({ severity, source }) => `${severity} ${source}`)).toEqual(expected);
  });

  it('adds up what several addresses hear', () => {
    const split = [
      email('a@example.org', { filter: { severity: ['critical', 'all'] } }),
      email('b@example.org', { filter: { severity: ['warning', 'all'] } }),
    ];
    expect(cover(split).unheard).toEqual([]);
  });
});

describe('the subscriptions of a topic', () => {
  const attributes = new Map([
    [
      'arn:aws:sns:eu-central-1:1:t:1',
      { FilterPolicy: '{"severity":["critical"]}', PendingConfirmation: 'false' },
    ],
    ['arn:aws:sns:eu-central-1:1:t:2', { PendingConfirmation: 'true' }],
  ]);
  const topic = [
    { Protocol: 'email', Endpoint: 'a@example.org', SubscriptionArn: 'arn:aws:sns:eu-central-1:1:t:1' },
    { Protocol: 'email', Endpoint: 'b@example.org', SubscriptionArn: 'PendingConfirmation' },
    { Protocol: 'email', Endpoint: 'c@example.org', SubscriptionArn: 'arn:aws:sns:eu-central-1:1:t:2' },
    { Protocol: 'email', Endpoint: 'd@example.org', SubscriptionArn: 'Deleted' },
  ];

  it('are read page by page, each with its state and filter', async () => {
    const client = new SNSClient({ region: 'eu-central-1' });
    jest.spyOn(client, 'send').mockImplementation((command: unknown) => {
      if (command instanceof ListSubscriptionsByTopicCommand) {
        const second = command.input.NextToken === 'more';
        return Promise.resolve({
          Subscriptions: second ? topic.slice(2) : topic.slice(0, 2),
          ...(!second && { NextToken: 'more' }),
        });
      }
      if (!(command instanceof GetSubscriptionAttributesCommand)) throw new Error('unexpected');
      return Promise.resolve({ Attributes: attributes.get(command.input.SubscriptionArn ?? '') });
    });
    await expect(new SnsSubscribers(client, 'arn:topic').list()).resolves.toEqual([
      {
        protocol: 'email',
        endpoint: 'a@example.org',
        state: 'confirmed',
        filter: { severity: ['critical'] },
      },
      { protocol: 'email', endpoint: 'b@example.org', state: 'pending' },
      { protocol: 'email', endpoint: 'c@example.org', state: 'pending' },
    ]);
  });
});
