import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { TriageEnv } from '../../lambdas/triage/env.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import { FifoQueue } from '../constructs/queue-with-dead-letters.ts';
import { ALARM_PERIOD, RunbookAlarm } from '../constructs/runbook-alarm.ts';
import { grantTable } from '../constructs/table-grants.ts';
import type { PublishConfig } from './publish-config.ts';
import { LATE_MS, NOTIFY_TIMEOUT, triageTimeout } from './timeouts.ts';

/** In five minutes, twice in a row: one that fails is in its e-mail, and needs nobody. */
const MANY_MISSING = 3;

export interface TriageProps extends StageProps {
  readonly from: FifoQueue;
  readonly history: dynamodb.Table;
  /** Where the rules' descriptions are read. */
  readonly rules: PublishConfig;
}

/** Makes the words of an alert: what the incident's history shows, and what a model adds within its deadline. */
export class Triage extends Construct {
  /** Alerts in words: one a message, in order within an incident. */
  readonly out: FifoQueue;
  readonly functions: readonly NodeLambda[];

  constructor(scope: Construct, id: string, props: TriageProps) {
    super(scope, id);
    const { config, history } = props;
    const model = config.triage.textModel;
    this.out = new FifoQueue(this, 'Alerts', {
      key: props.key,
      name: 'alerts',
      of: 'alerts that could not be sent',
      runbook: 'Alerts could not be sent',
      consumerTimeout: NOTIFY_TIMEOUT,
    });
    const triage = new NodeLambda(this, 'Function', {
      ...props,
      step: 'triage',
      description: 'Words an alert',
      failureMeaning: 'Mails wait, and go to the dead letters after five attempts.',
      environment: envFor(TriageEnv, {
        TABLE_NAME: history.tableName,
        NOTIFY_QUEUE_URL: this.out.queueUrl,
        TEXT_MODEL: JSON.stringify(config.triage.textModel),
        BUDGET: JSON.stringify(config.triage.budget),
        RULES_URI: props.rules.rulesUri,
        ENTITIES_URI: props.rules.entitiesUri,
        DEADLINE_MS: String(config.triage.deadlineMs),
        LATE_MS: String(LATE_MS),
        KEEP_DAYS: String(config.incidents.keepDays),
        STAGE: config.stage,
      }),
      timeout: triageTimeout(config),
      memorySize: 1_024,
      ...keyReader(model),
    });
    // It writes the verdict beside what the tiers found of the record.
    grantTable(history, triage, { actions: ['GetItem', 'Query', 'PutItem'], indexes: ['entity', 'list'] });
    props.rules.grantRead(triage);
    this.out.grantSendMessages(triage);
    if (model.kind !== 'none') {
      // Besides what it may put: how a call ended, and what that cost.
      grantTable(history, triage, { actions: ['UpdateItem'] });
      grantModel(triage, model);
      this.addAlarms(triage);
    }
    triage.addEventSource(
      new sources.SqsEventSource(props.from, {
        // One at a time: a slow model must not hold up nine others. The queue's hiding time counts on it (`oneAtATime`).
        batchSize: 1,
        reportBatchItemFailures: true,
        // The cap on calls of a model at the same time, too.
        maxConcurrency: config.triage.concurrency,
      }),
    );
    this.functions = [triage];
  }

  /** Only where there is a model: without one there is nothing to miss. */
  private addAlarms(triage: NodeLambda): void {
    const sum = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: 'AnomalyDetection',
        metricName,
        dimensionsMap: { service: triage.label },
        statistic: cloudwatch.Stats.SUM,
        period: ALARM_PERIOD,
      });
    new RunbookAlarm(this, 'OverBudget', {
      runbook: 'The budget for analyses is used up',
      meaning: 'E-mails go without an analysis: the day or the month has cost what it may.',
      metric: sum('AnalysesOverBudget'),
      // It has a point with each incident only: it stays until a call is let through again, which counts a zero.
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    });
    new RunbookAlarm(this, 'Unanswered', {
      runbook: 'The text model does not answer',
      meaning: 'E-mails go without an analysis: calls of the text model fail or come too late.',
      metric: sum('AnalysesMissing'),
      threshold: MANY_MISSING,
      evaluationPeriods: 2,
    });
    new RunbookAlarm(this, 'Rejected', {
      runbook: 'Analyses are thrown away',
      meaning:
        'What the text model writes does not rest on the evidence: it is attacked, or not fit for this.',
      metric: sum('AnalysesRejected'),
      threshold: MANY_MISSING,
      evaluationPeriods: 2,
    });
  }
}

type Model = Exclude<StageProps['config']['triage']['textModel'], { readonly kind: 'none' }>;

/** The layer that reads a key out of Secrets Manager, where there is one. */
function keyReader(model: StageProps['config']['triage']['textModel']) {
  if (model.kind !== 'openai-compatible' || model.apiKeySecretArn === undefined) return {};
  return {
    paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersion(
      lambda.ParamsAndSecretsVersions.V1_0_103,
    ),
  };
}

function grantModel(triage: NodeLambda, model: Model): void {
  if (model.kind === 'bedrock') grantBedrock(triage, model);
  else if (model.apiKeySecretArn !== undefined) {
    triage.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [model.apiKeySecretArn],
      }),
    );
  }
}

/** The one model; through an inference profile also the model in the regions that the profile may choose, and only so. */
function grantBedrock(
  triage: NodeLambda,
  { modelId, profileOf, guardrail }: Model & { kind: 'bedrock' },
): void {
  const { partition, region, account } = Stack.of(triage);
  const allow = (action: string, resource: string, conditions = {}) =>
    triage.addToRolePolicy(new iam.PolicyStatement({ actions: [action], resources: [resource], conditions }));
  const behind = profileOf ?? /^(?:us|eu|apac|jp|au|ca|global|us-gov)\.(.+)$/.exec(modelId)?.[1];
  if (behind === undefined) {
    allow('bedrock:InvokeModel', `arn:${partition}:bedrock:${region}::foundation-model/${modelId}`);
  } else {
    const profile = modelId.startsWith('arn:')
      ? modelId
      : `arn:${partition}:bedrock:${region}:${account}:inference-profile/${modelId}`;
    allow('bedrock:InvokeModel', profile);
    allow('bedrock:InvokeModel', `arn:${partition}:bedrock:*::foundation-model/${behind}`, {
      StringEquals: { 'bedrock:InferenceProfileArn': profile },
    });
    acknowledge(triage.role ?? triage, {
      [`AwsSolutions-IAM5[Resource::arn:…:bedrock:*::foundation-model/${behind}]`]:
        'The profile chooses the region; the model is the one.',
    });
  }
  if (guardrail !== undefined) {
    const { id } = guardrail;
    const arn = id.startsWith('arn:') ? id : `arn:${partition}:bedrock:${region}:${account}:guardrail/${id}`;
    allow('bedrock:ApplyGuardrail', arn);
  }
}
