import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { TriageEnv } from '../../lambdas/triage/env.ts';
import { envFor } from '../constructs/env-for.ts';
import { NodeLambda, type StageProps } from '../constructs/node-lambda.ts';
import { FifoQueue } from '../constructs/queue-with-dead-letters.ts';
import { grantTable } from '../constructs/table-grants.ts';
import type { PublishConfig } from './publish-config.ts';
import { NOTIFY_TIMEOUT, triageTimeout } from './timeouts.ts';

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
        RULES_URI: props.rules.rulesUri,
        ENTITIES_URI: props.rules.entitiesUri,
        DEADLINE_MS: String(config.triage.deadlineMs),
        STAGE: config.stage,
      }),
      timeout: triageTimeout(config),
      memorySize: 1_024,
    });
    // It writes the verdict beside what the tiers found of the record.
    grantTable(history, triage, { actions: ['GetItem', 'Query', 'PutItem'], indexes: ['entity', 'list'] });
    props.rules.grantRead(triage);
    this.out.grantSendMessages(triage);
    this.grantModel(triage, config.triage.textModel);
    triage.addEventSource(
      new sources.SqsEventSource(props.from, {
        // One at a time: a slow model must not hold up nine others.
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: 10,
      }),
    );
    this.functions = [triage];
  }

  /** The one model; through an inference profile also the model in the regions that the profile may choose. */
  private grantModel(triage: NodeLambda, model: StageProps['config']['triage']['textModel']): void {
    if (model.kind !== 'bedrock') return;
    const profile = /^(us|eu|apac|global|us-gov)\.(.+)$/.exec(model.modelId);
    const { partition, region, account } = Stack.of(this);
    const resources =
      profile === null
        ? [`arn:${partition}:bedrock:${region}::foundation-model/${model.modelId}`]
        : [
            `arn:${partition}:bedrock:${region}:${account}:inference-profile/${model.modelId}`,
            `arn:${partition}:bedrock:*::foundation-model/${profile[2]}`,
          ];
    triage.addToRolePolicy(new iam.PolicyStatement({ actions: ['bedrock:InvokeModel'], resources }));
  }
}
