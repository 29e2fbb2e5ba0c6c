/** What a deployed stack says about itself. */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CliError } from './errors.ts';

/**
 * Outputs of a stack by name.
 * @throws CliError when there is no such stack in this account and region.
 */
export async function stackOutputs(
  client: Pick<CloudFormationClient, 'send'>,
  stackName: string,
): Promise<Readonly<Record<string, string>>> {
  const answer = await client.send(new DescribeStacksCommand({ StackName: stackName })).catch((error) => {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  });
  const stack = answer?.Stacks?.[0];
  if (stack === undefined) {
    throw new CliError(
      `Stack ${stackName} is not deployed in this account and region. ` +
        'Deploy it (npx cdk deploy --all -c stage=STAGE), or name another place: --stage, --region, --endpoint.',
    );
  }
  return Object.fromEntries(
    (stack.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
      key === undefined || value === undefined ? [] : [[key, value]],
    ),
  );
}
