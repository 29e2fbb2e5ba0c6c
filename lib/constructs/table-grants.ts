import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';

/** Indexes of the incidents table. Sparse: an item is in an index while it has the index's attributes. */
export const INDEXES = {
  open: { name: 'by-open', partition: 'open_pk', sort: 'last_seen_at' },
  unsent: { name: 'by-unsent', partition: 'unsent_pk', sort: 'created_at' },
  due: { name: 'by-due', partition: 'due_pk', sort: 'due_at' },
  list: { name: 'by-list', partition: 'list_pk', sort: 'list_at' },
  entity: { name: 'by-entity', partition: 'entity_pk', sort: 'opened_at' },
} as const;

const READS = ['GetItem', 'BatchGetItem', 'Query'];

export interface TableGrants {
  /** What the role does with items of the table. */
  readonly actions: ReadonlyArray<
    'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem'
  >;
  /** Indexes that it queries. @default none */
  readonly indexes?: ReadonlyArray<keyof typeof INDEXES>;
}

/** Exactly these actions on the table, and queries of exactly these indexes. The library's grants open all of both. */
export function grantTable(table: dynamodb.Table, grantee: iam.IGrantable, grants: TableGrants): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: grants.actions.map((action) => `dynamodb:${action}`),
    resourceArns: [table.tableArn],
  });
  if (grants.indexes !== undefined) {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: grants.indexes.map((index) => `${table.tableArn}/index/${INDEXES[index].name}`),
    });
  }
  table.encryptionKey?.grant(grantee, 'kms:Decrypt', 'kms:DescribeKey');
  if (grants.actions.some((action) => !READS.includes(action))) {
    table.encryptionKey?.grant(
      grantee,
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    );
  }
}
