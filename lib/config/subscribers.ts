/** Who gets alerts, and which of them, as SNS has it. */
import * as sns from 'aws-cdk-lib/aws-sns';
import { ALL } from '../../contracts/alert.ts';
import type { StageConfig, Subscriber } from './schema.ts';

/** The stage's subscribers, each as one with lists. */
export function subscribersOf({ notificationEmails }: StageConfig): readonly Subscriber[] {
  return notificationEmails.map((each) => (typeof each === 'string' ? { address: each } : each));
}

/**
 * The filter of an address: all of its lists, and never the heartbeat, which is for a function. A list leaves the
 * kinds alone that tell of no single incident (digest, test): they reach everybody.
 */
export function filterOf({
  severities,
  sources,
  owners,
}: Subscriber): Record<string, sns.SubscriptionFilter> {
  const lists = { severity: severities, source: sources, owner: owners };
  return {
    kind: sns.SubscriptionFilter.stringFilter({ denylist: ['heartbeat'] }),
    ...Object.fromEntries(
      Object.entries(lists).flatMap(([name, list]) =>
        list === undefined
          ? []
          : [[name, sns.SubscriptionFilter.stringFilter({ allowlist: [...list, ALL] })]],
      ),
    ),
  };
}
