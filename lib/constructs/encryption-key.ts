import { ArnFormat, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface EncryptionKeyProps {
  readonly description: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * One rotated key for everything that the stage stores.
 *
 * Roles get their use of it from their own policies (grants); the key's policy names only the services that
 * act without a role of ours.
 */
export class EncryptionKey extends kms.Key {
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id, { ...props, enableKeyRotation: true });
    const stack = Stack.of(this);

    // Log groups are encrypted by the service itself, and only those of this account and region may use the key.
    const logs = new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`);
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogGroupsOfThisAccount',
        principals: [logs],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
  }
}
