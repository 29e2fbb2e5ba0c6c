import { CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NodeLambda, type NodeLambdaProps } from './node-lambda.ts';

export interface DeployHookProps extends NodeLambdaProps {
  /** `Custom::…`, as it stands in the template. */
  readonly resourceType: string;
  /** What the function is told; a change of any of it runs the function again. */
  readonly properties: Record<string, string>;
}

/** A function of ours that runs within a deploy, and whose failure fails the deploy with its reason. */
export class DeployHook extends Construct {
  readonly handler: NodeLambda;
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: DeployHookProps) {
    super(scope, id);
    const { resourceType, properties, ...rest } = props;
    this.handler = new NodeLambda(this, 'Function', rest);
    // CloudFormation calls the function itself, as the deployer. The function answers even when it fails; should
    // it be killed, the deploy ends a minute after its time-out and not after the default hour.
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: this.handler.functionArn,
      resourceType,
      properties,
      serviceTimeout: Duration.minutes(16),
    });
    // Its log and its permissions must outlive it on the way down, and precede it on the way up.
    this.resource.node.addDependency(this.handler);
  }
}
