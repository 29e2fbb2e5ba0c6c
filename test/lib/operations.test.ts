/** Invariants of every stage's templates: what fails is kept, seen, and explained. */
import { Match } from 'aws-cdk-lib/assertions';
import { entries, runbook } from './runbook.ts';
import { ofType, type Resource, STAGES, synthesize, withBedrock } from './stages.ts';

const stages = new Map(STAGES.map((stage) => [stage, synthesize(stage)]));
stages.set('dev with a text model', synthesize('dev', undefined, { triage: withBedrock }));
const anchors = (alarms: ReadonlyArray<[string, Resource]>) =>
  alarms.map(([, { Properties }]) => /docs\/runbook\.md#(\S+)$/.exec(Properties.AlarmDescription)?.[1] ?? '');

describe('the runbook', () => {
  it('has no entry that no alarm leads to', () => {
    const used = [...stages.values()].flatMap((stage) => anchors(ofType(stage, 'AWS::CloudWatch::Alarm')));
    expect([...entries.keys()].filter((anchor) => !used.includes(anchor))).toEqual([]);
  });

  it.each([...entries])('says of "%s" what it is, where to look and what to do', (_, entry) => {
    expect(entry.match(/\*\*\w+\.\*\*/g)).toEqual([
      '**Description.**',
      '**Investigation.**',
      '**Resolution.**',
    ]);
  });

  it('leads its cross-references somewhere', () => {
    const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor ?? '');
    expect(links.filter((anchor) => !entries.has(anchor))).toEqual([]);
    expect(links).not.toHaveLength(0);
  });
});

describe.each([...stages])('%s', (_, synthesized) => {
  const alarms = ofType(synthesized, 'AWS::CloudWatch::Alarm');
  const idsOf = (type: string) => ofType(synthesized, type).map(([id]) => id);
  /** Logical ids of queues that a reference can mean. */
  const queueOf = (reference: unknown) =>
    idsOf('AWS::SQS::Queue').find((id) => JSON.stringify(reference ?? '').includes(`"${id}"`));

  it('leads from every alarm to a runbook heading that exists', () => {
    expect(anchors(alarms).filter((anchor) => !entries.has(anchor))).toEqual([]);
    expect(alarms.length).toBeGreaterThan(30);
  });

  it('mails every alarm once, when it begins, by a topic that lets alarms in', () => {
    for (const [, { Properties }] of alarms) {
      expect(JSON.stringify(Properties.AlarmActions)).toMatch(/Operations/);
      expect(Properties.OKActions).toBeUndefined();
      expect(Properties.InsufficientDataActions).toBeUndefined();
    }
    const policies = ofType(synthesized, 'AWS::SNS::TopicPolicy').find(([id]) => id.startsWith('Operations'));
    const mayPublish = (service: string) =>
      expect(policies?.[1].Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: service } }),
      );
    mayPublish('cloudwatch.amazonaws.com');
    mayPublish('events.amazonaws.com');
  });

  it('tells of a lost heartbeat by an event too', () => {
    const [[, rule] = ['', undefined]] = ofType(synthesized, 'AWS::Events::Rule');
    expect(JSON.stringify(rule?.Properties.EventPattern.resources)).toMatch(/WatchHeartbeatLost/);
    expect(JSON.stringify(rule?.Properties.Targets)).toMatch(/Operations/);
    const [, lost] = alarms.find(([id]) => id.startsWith('WatchHeartbeatLost')) ?? [];
    expect(lost?.Properties.TreatMissingData).toBe('breaching');
  });

  it('lets no heartbeat through to an e-mail address, and nothing else to the function that hears it', () => {
    const ofTopic = (topic: string) =>
      ofType(synthesized, 'AWS::SNS::Subscription').filter(([, { Properties }]) =>
        JSON.stringify(Properties.TopicArn).includes(topic),
      );
    const filters = ofTopic('Alerts').map(([, { Properties }]) => [
      Properties.Protocol,
      Properties.FilterPolicy.kind,
    ]);
    expect(filters).toHaveLength(3);
    expect(filters).toContainEqual(['lambda', ['heartbeat']]);
    expect(filters).toContainEqual(['email', [{ 'anything-but': ['heartbeat'] }]]);
    // An alarm carries no attributes: a filter would keep it out.
    for (const [, { Properties }] of ofTopic('Operations')) expect(Properties.FilterPolicy).toBeUndefined();
  });

  it('watches every function, dead-letter queue, delivery and input stream', () => {
    const watched = JSON.stringify(alarms.map(([, { Properties }]) => Properties));
    const functions = idsOf('AWS::Lambda::Function').filter((id) => !id.startsWith('CustomS3AutoDelete'));
    const deadLetters = idsOf('AWS::SQS::Queue').filter((id) => /DeadLetters/.test(id));
    for (const id of [...functions, ...deadLetters, ...idsOf('AWS::KinesisFirehose::DeliveryStream')]) {
      expect(watched).toContain(`"${id}"`);
    }
    expect(watched).toContain('Inputreadings');
  });

  it('gives every event source a place for what cannot be handled', () => {
    const queues = new Map(ofType(synthesized, 'AWS::SQS::Queue'));
    const mappings = ofType(synthesized, 'AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(5);
    for (const [, { Properties }] of mappings) {
      const source = queueOf(Properties.EventSourceArn);
      const destination =
        source === undefined
          ? Properties.DestinationConfig?.OnFailure?.Destination
          : queues.get(source)?.Properties.RedrivePolicy?.deadLetterTargetArn;
      expect(queueOf(destination)).toMatch(/DeadLetters/);
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('bounds the attempts of every event source of a stream', () => {
    const streams = ofType(synthesized, 'AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => queueOf(Properties.EventSourceArn) === undefined,
    );
    expect(streams).toHaveLength(2);
    for (const [, { Properties }] of streams) {
      expect(Properties).toMatchObject({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 10 });
    }
  });

  it('gives the schedule, and the function that it calls, a dead-letter queue', () => {
    const schedule = new Map(
      ofType(synthesized, 'AWS::Scheduler::Schedule').map(([id, each]) => [
        id.replace(/[0-9A-F]{8}$/, ''),
        each,
      ]),
    ).get('IncidentsEachMinute');
    expect(queueOf(schedule?.Properties.Target.DeadLetterConfig.Arn)).toMatch(/SweepDeadLetters/);
    const [[, config] = ['', undefined]] = ofType(synthesized, 'AWS::Lambda::EventInvokeConfig');
    expect(queueOf(config?.Properties.DestinationConfig.OnFailure.Destination)).toMatch(/SweepDeadLetters/);
  });

  it('gives every delivery a prefix for what cannot be delivered as it should', () => {
    const deliveries = ofType(synthesized, 'AWS::KinesisFirehose::DeliveryStream');
    expect(deliveries).toHaveLength(synthesized.config.inputs.length + 1);
    for (const [, { Properties }] of deliveries) {
      const destination = Properties.ExtendedS3DestinationConfiguration;
      expect(destination.ErrorOutputPrefix).toMatch(/^errors\/.*!\{firehose:error-output-type\}\//);
      expect(destination.CloudWatchLoggingOptions.Enabled).toBe(true);
    }
  });

  it('hides a message six times as long as its function may take; a single one little longer, for its incident waits behind it', () => {
    const single: string[] = [];
    for (const [, { Properties }] of ofType(synthesized, 'AWS::Lambda::EventSourceMapping')) {
      const queue = queueOf(Properties.EventSourceArn);
      if (queue === undefined) continue;
      const consumer = synthesized.resources.get(Properties.FunctionName.Ref)?.Properties.Timeout;
      const hidden = synthesized.resources.get(queue)?.Properties.VisibilityTimeout;
      if (Properties.BatchSize === 1 && queue.includes('Requests')) {
        single.push(queue);
        expect(hidden).toBe(consumer + 30);
      } else expect(hidden).toBeGreaterThanOrEqual(6 * consumer);
    }
    expect(single).toHaveLength(1);
  });

  it('traces every function', () => {
    const functions = ofType(synthesized, 'AWS::Lambda::Function').filter(
      ([id]) => !id.startsWith('CustomS3AutoDelete'),
    );
    expect(functions.map(([, { Properties }]) => Properties.TracingConfig?.Mode)).toEqual(
      functions.map(() => 'Active'),
    );
  });

  it('tells people and tools what it made', () => {
    const outputs = (template: { findOutputs(id: string): object }, names: readonly string[]) =>
      names.filter((name) => Object.keys(template.findOutputs(name)).length === 0);
    const ofData = [
      'InputStreamNames',
      'AnomaliesStreamName',
      'RejectsStreamName',
      'TopicArn',
      'ArchiveBucketName',
    ];
    expect(
      outputs(synthesized.data, [...ofData, 'ConfigBucketName', 'IncidentsTableName', 'KeyArn']),
    ).toEqual([]);
    const ofPipeline = ['ApplicationName', 'DashboardUrl', 'JobLogGroup', 'FunctionLogGroups'];
    expect(outputs(synthesized.pipeline, ofPipeline)).toEqual([]);
  });

  it('shows streams, anomalies, functions and the job on the dashboard', () => {
    const [[, dashboard] = ['', undefined]] = ofType(synthesized, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);
    for (const metric of [
      'IncomingRecords',
      'AnomalyCount',
      'IncidentsOpened',
      'Duration',
      'KPUs',
      'runningTime',
      'late_readings',
    ]) {
      expect(body).toContain(metric);
    }
  });

  it('subscribes every address to alerts and to operations', () => {
    const addresses = ['oncall@example.org', 'boss@example.org'];
    for (const Endpoint of addresses) {
      synthesized.data.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint });
    }
    // Alerts, and what operations have to hear.
    synthesized.data.resourceCountIs('AWS::SNS::Subscription', 2 * addresses.length);
  });

  it('queues outbox lines, sets timers for new times, and takes nothing else of the table', () => {
    synthesized.pipeline.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: {
        Filters: [
          { Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"type":{"S":["outbox"]}}}}' },
          { Pattern: '{"dynamodb":{"NewImage":{"timer_at":{"S":[{"exists":true}]}}}}' },
        ],
      },
      FunctionName: { Ref: Match.stringLikeRegexp('Outbox') },
    });
  });

  it('starts the job after its rules are published, from its latest snapshot', () => {
    const [[, start] = ['', undefined]] = ofType(synthesized, 'Custom::TocsinStart');
    expect(start).toMatchObject({
      DependsOn: expect.arrayContaining([
        expect.stringMatching(/^PublishConfig/),
        expect.stringMatching(/^DetectApplication/),
      ]),
    });
    synthesized.pipeline.hasResourceProperties('AWS::KinesisAnalyticsV2::Application', {
      RuntimeEnvironment: 'FLINK-2_2',
      ApplicationConfiguration: {
        ApplicationSnapshotConfiguration: { SnapshotsEnabled: true },
        ApplicationSystemRollbackConfiguration: { RollbackEnabled: true },
      },
      RunConfiguration: {
        ApplicationRestoreConfiguration: { ApplicationRestoreType: 'RESTORE_FROM_LATEST_SNAPSHOT' },
        FlinkRunConfiguration: { AllowNonRestoredState: false },
      },
    });
  });

  it('archives in the format of the stage, by source and date', () => {
    const parquet = synthesized.config.archive.format === 'parquet';
    synthesized.pipeline.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      ExtendedS3DestinationConfiguration: {
        Prefix: 'archive/source=!{partitionKeyFromLambda:source}/date=!{partitionKeyFromLambda:date}/',
        DynamicPartitioningConfiguration: { Enabled: true },
        DataFormatConversionConfiguration: parquet ? Match.objectLike({ Enabled: true }) : Match.absent(),
      },
    });
  });
});
