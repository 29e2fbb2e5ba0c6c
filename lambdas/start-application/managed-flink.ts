/** An application of Amazon Managed Service for Apache Flink. */
import {
  DescribeApplicationCommand,
  KinesisAnalyticsV2Client,
  ListApplicationSnapshotsCommand,
  StartApplicationCommand,
  StopApplicationCommand,
} from '@aws-sdk/client-kinesis-analytics-v2';
import type { Application } from './start-application.ts';

export class ManagedFlink implements Application {
  private readonly name: string;
  private readonly client: KinesisAnalyticsV2Client;

  constructor(name: string, client: KinesisAnalyticsV2Client = new KinesisAnalyticsV2Client()) {
    this.name = name;
    this.client = client;
  }

  async status(): Promise<string> {
    const answer = await this.client.send(new DescribeApplicationCommand({ ApplicationName: this.name }));
    return answer.ApplicationDetail?.ApplicationStatus ?? 'unknown';
  }

  async hasSnapshot(): Promise<boolean> {
    const answer = await this.client.send(
      new ListApplicationSnapshotsCommand({ ApplicationName: this.name }),
    );
    return (answer.SnapshotSummaries ?? []).some((snapshot) => snapshot.SnapshotStatus === 'READY');
  }

  async start(options: { fromSnapshot: boolean; allowNonRestoredState: boolean }): Promise<void> {
    await this.client.send(
      new StartApplicationCommand({
        ApplicationName: this.name,
        RunConfiguration: {
          ApplicationRestoreConfiguration: {
            ApplicationRestoreType: options.fromSnapshot
              ? 'RESTORE_FROM_LATEST_SNAPSHOT'
              : 'SKIP_RESTORE_FROM_SNAPSHOT',
          },
          FlinkRunConfiguration: { AllowNonRestoredState: options.allowNonRestoredState },
        },
      }),
    );
  }

  async forceStop(): Promise<void> {
    await this.client.send(new StopApplicationCommand({ ApplicationName: this.name, Force: true }));
  }
}
