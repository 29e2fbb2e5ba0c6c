import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Lets a role read exactly these objects, and learn that one is missing. The library's grants hold wildcards. */
export function grantReadObjects(bucket: s3.IBucket, grantee: iam.IGrantable, keys: readonly string[]): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: keys.map((key) => bucket.arnForObjects(key)),
  });
  // Without it S3 answers for an object that does not exist as for one that is forbidden.
  iam.Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
  bucket.encryptionKey?.grant(grantee, 'kms:Decrypt');
}

/** Lets a role write exactly these objects. */
export function grantWriteObjects(
  bucket: s3.IBucket,
  grantee: iam.IGrantable,
  keys: readonly string[],
): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['s3:PutObject'],
    resourceArns: keys.map((key) => bucket.arnForObjects(key)),
  });
  bucket.encryptionKey?.grant(grantee, 'kms:GenerateDataKey', 'kms:Decrypt');
}
