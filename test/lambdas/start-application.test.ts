import { KinesisAnalyticsV2Client } from '@aws-sdk/client-kinesis-analytics-v2';
import { ManagedFlink } from '../../lambdas/start-application/managed-flink.ts';
import {
  type Application,
  bringToRunning,
  type Clock,
  letGo,
} from '../../lambdas/start-application/start-application.ts';

/** An application that shows one status a look, and then the last one for ever. */
function application(statuses: readonly string[], snapshot = false) {
  const asked: string[] = [];
  let look = 0;
  const fake: Application = {
    status: async () => statuses[Math.min(look++, statuses.length - 1)] ?? '',
    hasSnapshot: async () => snapshot,
    start: async (options) => void asked.push(`start ${JSON.stringify(options)}`),
    forceStop: async () => void asked.push('stop'),
  };
  return { fake, asked };
}

function clock(): Clock & { readonly slept: () => number } {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    slept: () => now,
  };
}

const options = {
  logGroup: '/aws/kinesis-analytics/Tocsin-dev',
  allowNonRestoredState: false,
  deadlineMs: 840_000,
};

describe('the start of the job', () => {
  it('starts what stands still, and waits until it runs', async () => {
    const { fake, asked } = application(['READY', 'STARTING', 'STARTING', 'RUNNING']);
    const time = clock();
    await bringToRunning(fake, time, options);
    expect(asked).toEqual(['start {"fromSnapshot":false,"allowNonRestoredState":false}']);
    expect(time.slept()).toBe(6_000);
  });

  it('restores from the latest snapshot when there is one', async () => {
    const { fake, asked } = application(['READY', 'RUNNING'], true);
    await bringToRunning(fake, clock(), { ...options, allowNonRestoredState: true });
    expect(asked).toEqual(['start {"fromSnapshot":true,"allowNonRestoredState":true}']);
  });

  it('leaves alone what runs, or is on its way to it', async () => {
    const { fake, asked } = application(['UPDATING', 'AUTOSCALING', 'RUNNING']);
    await bringToRunning(fake, clock(), options);
    expect(asked).toEqual([]);
  });

  it.each([
    [['READY', 'STARTING', 'READY'], 'it stopped again while it started'],
    [['UPDATING', 'ROLLED_BACK'], 'the service went back to the one before'],
    [['DELETING'], 'it is being deleted'],
  ])('fails at %j, and names the log group', async (statuses, reason) => {
    const { fake } = application(statuses);
    const failure = bringToRunning(fake, clock(), options);
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.toThrow('Its log tells more: /aws/kinesis-analytics/Tocsin-dev');
  });

  it('gives up in time to say so', async () => {
    const { fake } = application(['READY', 'STARTING']);
    const time = clock();
    await expect(bringToRunning(fake, time, options)).rejects.toThrow('still STARTING after 14 minutes');
    expect(time.slept()).toBeLessThanOrEqual(840_000);
  });
});

describe('the end of the job', () => {
  it.each(['RUNNING', 'READY'])('asks nothing of one that is %s: deleting it stops it', async (status) => {
    const { fake, asked } = application([status]);
    expect(await letGo(fake, clock(), 300_000)).toBe('deletable');
    expect(asked).toEqual([]);
  });

  it('stops one that is starting, once, and waits until it can be deleted', async () => {
    const { fake, asked } = application(['STARTING', 'STARTING', 'FORCE_STOPPING', 'READY']);
    expect(await letGo(fake, clock(), 300_000)).toBe('deletable');
    expect(asked).toEqual(['stop']);
  });

  it('does not wait for ever', async () => {
    const { fake } = application(['STOPPING']);
    const time = clock();
    expect(await letGo(fake, time, 300_000)).toBe('busy');
    expect(time.slept()).toBe(300_000);
  });
});

describe('an application of Managed Flink', () => {
  function service(answer: object) {
    const client = new KinesisAnalyticsV2Client({ region: 'eu-central-1' });
    const sent: unknown[] = [];
    jest.spyOn(client, 'send').mockImplementation(async (command: { readonly input: object }) => {
      sent.push(command.input);
      return answer;
    });
    return { flink: new ManagedFlink('Tocsin-dev', client), sent };
  }

  it('tells its status', async () => {
    expect(await service({ ApplicationDetail: { ApplicationStatus: 'RUNNING' } }).flink.status()).toBe(
      'RUNNING',
    );
    expect(await service({}).flink.status()).toBe('unknown');
  });

  it('counts only snapshots that are finished', async () => {
    const snapshots = (status: string) => ({ SnapshotSummaries: [{ SnapshotStatus: status }] });
    expect(await service(snapshots('CREATING')).flink.hasSnapshot()).toBe(false);
    expect(await service(snapshots('READY')).flink.hasSnapshot()).toBe(true);
    expect(await service({}).flink.hasSnapshot()).toBe(false);
  });

  it.each([
    [true, 'RESTORE_FROM_LATEST_SNAPSHOT'],
    [false, 'SKIP_RESTORE_FROM_SNAPSHOT'],
  ])('is started with a snapshot: %s', async (fromSnapshot, ApplicationRestoreType) => {
    const { flink, sent } = service({});
    await flink.start({ fromSnapshot, allowNonRestoredState: false });
    expect(sent).toEqual([
      {
        ApplicationName: 'Tocsin-dev',
        RunConfiguration: {
          ApplicationRestoreConfiguration: { ApplicationRestoreType },
          FlinkRunConfiguration: { AllowNonRestoredState: false },
        },
      },
    ]);
  });

  it('is stopped by force when asked', async () => {
    const { flink, sent } = service({});
    await flink.forceStop();
    expect(sent).toEqual([{ ApplicationName: 'Tocsin-dev', Force: true }]);
  });
});
