import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { ALARM_PERIOD, RunbookAlarm } from './runbook-alarm.ts';

export interface DeadLettersProps {
  readonly key: kms.IKey;
  /** What `tocsin redrive` calls it: one word. */
  readonly name: string;
  /** What is in it: `alerts to be triaged`. */
  readonly of: string;
  readonly runbook: string;
  /** @default false */
  readonly fifo?: boolean;
}

/** Where messages wait that nobody could handle: kept 14 days, and an alarm from the first one on. */
export class DeadLetters extends sqs.Queue {
  readonly label: string;

  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id, {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      ...(props.fifo === true && { fifo: true }),
    });
    this.label = props.name;
    acknowledge(this, {
      'AwsSolutions-SQS3':
        'It is a dead-letter queue: of an event source, or of a queue in the same construct.',
    });
    new RunbookAlarm(this, 'NotEmpty', {
      runbook: props.runbook,
      meaning: `There are dead letters: ${props.of}.`,
      metric: this.metricApproximateNumberOfMessagesVisible({ period: ALARM_PERIOD, statistic: 'Maximum' }),
    });
  }
}

export interface FifoQueueProps extends Omit<DeadLettersProps, 'fifo'> {
  /** Of the function that reads it. */
  readonly consumerTimeout: Duration;
  /** The function takes one message at a time, and has no others waiting that it has received. @default false */
  readonly oneAtATime?: boolean;
}

/**
 * How long what a function received stays hidden, and of a FIFO queue what follows it in its group, when the function ends
 * without a word. AWS advises six times its timeout, for batches that wait for one another; a single message needs the
 * timeout and some time to spare.
 */
function hiddenFor({ consumerTimeout, oneAtATime = false }: FifoQueueProps): Duration {
  const seconds = consumerTimeout.toSeconds();
  return Duration.seconds(oneAtATime ? seconds + 30 : seconds * 6);
}

/** Attempts before a message is a dead letter. */
const MAX_RECEIVES = 5;

/** Messages of one incident in order, those of different incidents side by side; with dead letters and their alarm. */
export class FifoQueue extends sqs.Queue {
  constructor(scope: Construct, id: string, props: FifoQueueProps) {
    const deadLetters = new DeadLetters(scope, `${id}DeadLetters`, { ...props, fifo: true });
    super(scope, id, {
      fifo: true,
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: hiddenFor(props),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }
}

/** Messages that each arrive at a time of their own; with dead letters and their alarm. */
export class DelayQueue extends sqs.Queue {
  constructor(scope: Construct, id: string, props: FifoQueueProps) {
    const deadLetters = new DeadLetters(scope, `${id}DeadLetters`, props);
    super(scope, id, {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: hiddenFor(props),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }
}
