/** What handlers are given besides their ports. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { FifoMessage } from '../../lambdas/fifo-queue.ts';

export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '512',
  awsRequestId: 'request',
  logGroupName: 'group',
  logStreamName: 'stream',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

/** Logger and metrics that keep what they are told. */
export function instruments() {
  const logger = new Logger({ logLevel: 'SILENT' });
  const metrics = new Metrics({ namespace: 'AnomalyDetection', serviceName: 'test' });
  const counted: Record<string, number> = {};
  jest.spyOn(metrics, 'addMetric').mockImplementation((name, _unit, value) => {
    counted[name] = (counted[name] ?? 0) + value;
    return metrics;
  });
  const singles: Metrics[] = [];
  jest.spyOn(metrics, 'singleMetric').mockImplementation(() => {
    // Not flushed at once, so that a test can look at what would be.
    const single = new Metrics({ namespace: 'AnomalyDetection', defaultDimensions: { service: 'test' } });
    singles.push(single);
    return single;
  });
  const errors: string[] = [];
  jest.spyOn(logger, 'error').mockImplementation((...said) => {
    errors.push(String(said[0]));
  });
  return { logger, metrics, counted, singles, errors };
}

/** A FIFO queue that keeps its messages; `failures` of the first sends fail. */
export class FakeQueue {
  readonly messages: FifoMessage[] = [];
  #failures: number;

  constructor(failures = 0) {
    this.#failures = failures;
  }

  async send(message: FifoMessage): Promise<void> {
    await Promise.resolve();
    this.#failures -= 1;
    if (this.#failures >= 0) throw new Error('the queue is away');
    this.messages.push(message);
  }

  async sendAll(messages: readonly FifoMessage[]): Promise<void> {
    for (const message of messages) await this.send(message);
  }
}
