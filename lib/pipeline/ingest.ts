import { Construct } from 'constructs';
import { ALARM_PERIOD, RunbookAlarm } from '../constructs/runbook-alarm.ts';
import type { InputStream } from '../stacks/data-stack.ts';

export interface IngestProps {
  readonly streams: readonly InputStream[];
}

/** Producers put records on the input streams; here they are watched. */
export class Ingest extends Construct {
  readonly out: readonly InputStream[];

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    this.out = props.streams;
    for (const { name, stream } of props.streams) {
      new RunbookAlarm(this, `${name}-Throttled`, {
        runbook: 'Producers are throttled',
        meaning: `Stream ${name} refuses records: producers must retry, and lose what they do not.`,
        metric: stream.metric('WriteProvisionedThroughputExceeded', {
          period: ALARM_PERIOD,
          statistic: 'Sum',
        }),
      });
    }
  }
}
