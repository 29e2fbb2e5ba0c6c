import { App, Aspects, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SwapTypes } from '../../local/swap-types.ts';

function templateWith(...types: string[]): Template {
  const stack = new Stack(new App(), 'Stack');
  for (const [index, type] of types.entries()) new CfnResource(stack, `R${index}`, { type });
  Aspects.of(stack).add(new SwapTypes());
  return Template.fromStack(stack);
}

describe('the local stage', () => {
  it('puts a placeholder in the place of what the emulator rejects, and leaves the rest', () => {
    const template = templateWith('AWS::SQS::Queue', 'AWS::CloudWatch::CompositeAlarm', 'Custom::Publish');
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.resourceCountIs('Custom::Publish', 1);
    template.resourceCountIs('AWS::CloudFormation::WaitConditionHandle', 1);
    template.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
  });

  it('fails by name for a type that nobody has tried', () => {
    expect(() => templateWith('AWS::Moon::Base')).toThrow('Stack/R0 is an AWS::Moon::Base');
  });
});
