/**
 * Resources as the interfaces that other constructs take.
 *
 * The library's classes declare, say, `policy?: BucketPolicy | undefined` where their interfaces say
 * `policy?: BucketPolicy`, which `exactOptionalPropertyTypes` tells apart although they mean the same.
 */
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as s3 from 'aws-cdk-lib/aws-s3';

export function asBucket(bucket: s3.Bucket): s3.IBucket {
  return bucket as s3.IBucket;
}

export function asTable(table: dynamodb.Table): dynamodb.ITable {
  return table as dynamodb.ITable;
}
