/** Invariants of every stage's templates: who may do what, and what becomes of the data. */
import { loadConfig } from '../../lib/config/load.ts';
import { fromArchive, GUARDED, ofType, type Resource, STAGES, synthesize, withBedrock } from './stages.ts';

const stages = new Map(STAGES.map((stage) => [stage, synthesize(stage)]));
stages.set('dev with a text model', synthesize('dev', undefined, { triage: withBedrock }));

stages.set(
  'dev from the archive',
  synthesize('dev', undefined, { flink: fromArchive(loadConfig({ stage: 'dev' }).settings.flink) }),
);

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const list = <T>(value: T | readonly T[]): readonly T[] =>
  (Array.isArray(value) ? value : [value]) as readonly T[];

/** Actions that stand with `Resource: *`, and why no narrower resource will do. */
const EVERY_RESOURCE: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'X-Ray knows no resources for it',
  'xray:PutTelemetryRecords': 'X-Ray knows no resources for it',
  'dynamodb:ListStreams': 'added by the library for the event source; it lists those of the account',
  'glue:GetSchemaVersion': 'added by the library for Firehose; Glue grants it for no narrower resource here',
};

describe.each([...stages])('%s', (stage, synthesized) => {
  const statementsOf = (type: string, document: string): Array<[string, Statement]> =>
    ofType(synthesized, type).flatMap(([id, { Properties }]) =>
      list<Statement>(Properties[document]?.Statement ?? []).map((s): [string, Statement] => [id, s]),
    );

  it('lets no role act on every resource, save for what is listed with its reason', () => {
    const found = statementsOf('AWS::IAM::Policy', 'PolicyDocument')
      .filter(([, { Effect, Resource }]) => Effect === 'Allow' && list(Resource).includes('*'))
      .flatMap(([, { Action }]) => list(Action));
    expect(found.filter((action) => !(action in EVERY_RESOURCE))).toEqual([]);
    expect(found).not.toHaveLength(0);
  });

  it('attaches no managed policy, and no policy that allows every action', () => {
    const roles = ofType(synthesized, 'AWS::IAM::Role').filter(
      ([id]) => !id.startsWith('CustomS3AutoDelete'),
    );
    expect(roles.filter(([, { Properties }]) => Properties.ManagedPolicyArns !== undefined)).toEqual([]);
    const actions = statementsOf('AWS::IAM::Policy', 'PolicyDocument').flatMap(([, { Action }]) =>
      list(Action),
    );
    expect(actions.filter((action) => /^\*|:\*$/.test(action))).toEqual([]);
  });

  it('lets no reader write, and no writer read, a stream', () => {
    for (const [id, { Action }] of statementsOf('AWS::IAM::Policy', 'PolicyDocument')) {
      const both = ['kinesis:GetRecords', 'kinesis:PutRecords'].filter((action) =>
        list(Action).includes(action),
      );
      expect([id, both]).not.toEqual([id, ['kinesis:GetRecords', 'kinesis:PutRecords']]);
    }
  });

  it('lets the job read what was prepared for it in the archive bucket while it starts from there, and else nothing', () => {
    const [[archive] = ['']] = ofType(synthesized, 'AWS::S3::Bucket').filter(([id]) =>
      id.startsWith('Archive'),
    );
    const statements = statementsOf('AWS::IAM::Policy', 'PolicyDocument').filter(
      ([id, { Resource }]) =>
        id.includes('DetectApplicationRole') && JSON.stringify(Resource).includes(archive),
    );
    const warm = synthesized.config.flink.warmFrom !== undefined;
    expect(statements.map(([, { Action }]) => Action)).toEqual(warm ? ['s3:GetObject', 's3:ListBucket'] : []);
    const read = JSON.stringify(statements.map(([, { Resource }]) => Resource));
    expect(read.includes('/warm/20260101T000000.000Z/*')).toBe(warm);
    const application = ofType(synthesized, 'AWS::KinesisAnalyticsV2::Application');
    expect(JSON.stringify(application).includes('warm_uri')).toBe(warm);
  });

  it('opens nothing to the public', () => {
    for (const [, { Properties }] of ofType(synthesized, 'AWS::S3::Bucket')) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    }
    const policies = [
      ...statementsOf('AWS::S3::BucketPolicy', 'PolicyDocument'),
      ...statementsOf('AWS::SQS::QueuePolicy', 'PolicyDocument'),
      ...statementsOf('AWS::SNS::TopicPolicy', 'PolicyDocument'),
      ...statementsOf('AWS::KMS::Key', 'KeyPolicy'),
    ];
    const open = policies.filter(
      ([, { Effect, Principal }]) => Effect === 'Allow' && JSON.stringify(Principal ?? '').includes('"*"'),
    );
    expect(open).toEqual([]);
    expect(ofType(synthesized, 'AWS::Lambda::Url')).toEqual([]);
  });

  it.each([
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy'],
  ])('takes requests to each %s over TLS only', (type, policy) => {
    const guarded = statementsOf(policy, 'PolicyDocument').filter(
      ([, { Effect, Condition }]) =>
        Effect === 'Deny' && JSON.stringify(Condition).includes('"aws:SecureTransport":"false"'),
    );
    expect(guarded).toHaveLength(ofType(synthesized, type).length);
  });

  it('encrypts everything with the stage key', () => {
    const keyOf: Readonly<Record<string, (properties: Resource['Properties']) => unknown>> = {
      'AWS::Kinesis::Stream': (p) => p.StreamEncryption?.KeyId,
      'AWS::S3::Bucket': (p) =>
        p.BucketEncryption?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID,
      'AWS::DynamoDB::Table': (p) => p.SSESpecification?.KMSMasterKeyId,
      'AWS::SNS::Topic': (p) => p.KmsMasterKeyId,
      'AWS::SQS::Queue': (p) => p.KmsMasterKeyId,
      'AWS::Logs::LogGroup': (p) => p.KmsKeyId,
      'AWS::Lambda::Function': (p) => p.KmsKeyArn,
      'AWS::Scheduler::Schedule': (p) => p.KmsKeyArn,
      'AWS::KinesisFirehose::DeliveryStream': (p) =>
        p.ExtendedS3DestinationConfiguration.EncryptionConfiguration?.KMSEncryptionConfig.AWSKMSKeyARN,
    };
    const plain = Object.entries(keyOf)
      .flatMap(([type, key]) =>
        ofType(synthesized, type).map(([id, { Properties }]) => [id, key(Properties)]),
      )
      .filter(([, key]) => !JSON.stringify(key ?? '').includes('Key961B73FD'))
      .map(([id]) => String(id).replace(/[0-9A-F]{8}$/, ''));
    // S3 delivers access logs with its own keys only; the emptying of buckets is a helper of the library; a key
    // that is disabled must not silence the alarms about it.
    expect(
      plain.filter(
        (id) =>
          !['AccessLogs', 'CustomS3AutoDeleteObjectsCustomResourceProviderHandler', 'Operations'].includes(
            id,
          ),
      ),
    ).toEqual([]);
    const [[, key] = ['', undefined]] = ofType(synthesized, 'AWS::KMS::Key');
    expect(key?.Properties.EnableKeyRotation).toBe(true);
  });

  it(GUARDED.includes(stage) ? 'keeps data and refuses deletion' : 'goes away whole on destroy', () => {
    const guarded = GUARDED.includes(stage);
    expect(synthesized.stacks.map((stack) => stack.terminationProtection ?? false)).toEqual([
      guarded,
      guarded,
    ]);
    const kept = ['AWS::Kinesis::Stream', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::KMS::Key'];
    const policies = kept.flatMap((type) => ofType(synthesized, type)).map(([, r]) => r.DeletionPolicy);
    expect(new Set(policies)).toEqual(new Set([guarded ? 'Retain' : 'Delete']));
    const [[, table] = ['', undefined]] = ofType(synthesized, 'AWS::DynamoDB::Table');
    expect(table?.Properties.DeletionProtectionEnabled).toBe(guarded);
    expect(table?.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
  });

  it('keeps every log as long as the stage says, and no function logs elsewhere', () => {
    const groups = ofType(synthesized, 'AWS::Logs::LogGroup');
    for (const [, { Properties }] of groups) {
      expect(Properties.RetentionInDays).toBe(synthesized.config.logRetentionDays);
    }
    const ours = ofType(synthesized, 'AWS::Lambda::Function').filter(
      ([id]) => !id.startsWith('CustomS3AutoDelete'),
    );
    for (const [, { Properties }] of ours) {
      expect(groups.map(([id]) => id)).toContain(Properties.LoggingConfig.LogGroup.Ref);
    }
  });
});
