/** Puts a placeholder in the place of what the emulator cannot make. */
import { CfnResource, type IAspect, Validations } from 'aws-cdk-lib';
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
    if (SWAPPED_TYPES.has(type) || isMetricMathAlarm(node)) {
      swap(node);
      return;
    }
    if (SUPPORTED_TYPES.has(type) || isCustomResource(type) || type === 'AWS::CDK::Metadata') return;
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

function swap(node: CfnResource): void {
  node.addOverride('Type', PLACEHOLDER);
  Validations.of(node).acknowledge({
    id: 'CloudFormation-Validate::F3002',
    reason:
      'The placeholder takes no properties, and the emulator overlooks those of the resource that it stands for.',
  });
}
