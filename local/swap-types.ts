/** Puts a placeholder in the place of what the emulator cannot make. */
import { CfnResource, type IAspect } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { isCustomResource, SUPPORTED_TYPES, SWAPPED_TYPES } from './cloudformation-types.ts';
import { LocalRunFailed } from './local-error.ts';

/** Accepted with foreign properties, so that `Ref` and `DependsOn` of the others still hold. */
const PLACEHOLDER = 'AWS::CloudFormation::WaitConditionHandle';

/** @throws LocalRunFailed at synth for a type that neither list names */
export class SwapTypes implements IAspect {
  visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node)) return;
    const type = node.cfnResourceType;
    if (isMetricMathAlarm(node)) {
      node.addOverride('Type', PLACEHOLDER);
      return;
    }
    if (SUPPORTED_TYPES.has(type) || isCustomResource(type) || type === 'AWS::CDK::Metadata') return;
    if (SWAPPED_TYPES.has(type)) {
      node.addOverride('Type', PLACEHOLDER);
      return;
    }
    throw new LocalRunFailed(
      `${node.node.path} is an ${type}, of which local/cloudformation-types.ts says nothing. ` +
        'Try it on the emulator, then add it to SUPPORTED_TYPES or to SWAPPED_TYPES.',
    );
  }
}

/** The emulator has alarms on a metric, and rejects those on an expression. */
function isMetricMathAlarm(node: CfnResource): boolean {
  return node instanceof CfnAlarm && node.metrics !== undefined;
}
