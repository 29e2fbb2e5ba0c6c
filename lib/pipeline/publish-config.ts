import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct, type IDependable } from 'constructs';
import { PublishEnv } from '../../lambdas/publish/env.ts';
import { ENTITIES_KEY, RULES_KEY, SOURCES_KEY } from '../../lambdas/publish/keys.ts';
import { resolvePath } from '../config/load.ts';
import { asBucket } from '../constructs/as-interface.ts';
import { DeployHook } from '../constructs/deploy-hook.ts';
import { envFor } from '../constructs/env-for.ts';
import type { NodeLambda, StageProps } from '../constructs/node-lambda.ts';
import { grantReadObjects, grantWriteObjects } from '../constructs/object-grants.ts';

export interface PublishConfigProps extends StageProps {
  readonly to: s3.Bucket;
}

/** Rules, sources and entities, as reviewed, to the objects that the job and the functions read. */
export class PublishConfig extends Construct {
  readonly rulesUri: string;
  readonly sourcesUri: string;
  readonly entitiesUri: string;
  /** What must exist before anybody reads the objects. */
  readonly published: IDependable;
  readonly functions: readonly NodeLambda[];
  private readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: PublishConfigProps) {
    super(scope, id);
    this.bucket = props.to;
    this.rulesUri = props.to.s3UrlForObject(RULES_KEY);
    this.sourcesUri = props.to.s3UrlForObject(SOURCES_KEY);
    this.entitiesUri = props.to.s3UrlForObject(ENTITIES_KEY);

    const rules = new assets.Asset(this, 'Rules', { path: resolvePath(props.config.rulesFile) });
    const sources = new assets.Asset(this, 'Sources', { path: resolvePath(props.config.sourcesFile) });
    const entities = new assets.Asset(this, 'Entities', { path: resolvePath(props.config.entitiesFile) });
    const hook = new DeployHook(this, 'Publish', {
      ...props,
      step: 'publish',
      resourceType: 'Custom::TocsinConfig',
      description: 'Publishes rules, sources and entities on deploy',
      failureMeaning: 'A deploy could not publish rules, sources or entities; all goes on with those before.',
      environment: envFor(PublishEnv, { CONFIG_BUCKET: props.to.bucketName }),
      timeout: Duration.minutes(2),
      properties: {
        AssetBucket: rules.s3BucketName,
        RulesKey: rules.s3ObjectKey,
        SourcesKey: sources.s3ObjectKey,
        EntitiesKey: entities.s3ObjectKey,
        DeviationRows: String(props.config.detection.deviationRows),
      },
    });
    for (const asset of [rules, sources, entities])
      grantReadObjects(asset.bucket, hook.handler, [asset.s3ObjectKey]);
    this.grantRead(hook.handler);
    grantWriteObjects(asBucket(props.to), hook.handler, [RULES_KEY, SOURCES_KEY, ENTITIES_KEY]);
    this.published = hook.resource;
    this.functions = [hook.handler];
  }

  /** Lets a role read the published objects, and no other. */
  grantRead(grantee: iam.IGrantable): void {
    grantReadObjects(asBucket(this.bucket), grantee, [RULES_KEY, SOURCES_KEY, ENTITIES_KEY]);
  }
}
