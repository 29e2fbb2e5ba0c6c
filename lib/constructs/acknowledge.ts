import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of cdk-nag on a construct and all below it; each with the reason why it is right here.
 * In the name of a finding, `…` stands for a reference to a resource (lib/checks.ts).
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) {
    Validations.of(construct).acknowledge({ id, reason });
  }
}

/** What the library's grants to send to an encrypted queue, stream, topic or bucket hold. */
export const KEY_ACTIONS = {
  'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]': 'With and without plaintext; of the one key.',
  'AwsSolutions-IAM5[Action::kms:ReEncrypt*]': 'To and from; of the one key.',
};
