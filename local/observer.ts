/** What a run's streams, archive and inbox show from outside: the figures of the summary and of the tests. */
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { Anomaly, HEARTBEAT, Reject } from '../contracts/index.ts';
import type { Mail } from './inbox/mailbox.ts';
import type { LocalStack } from './stack.ts';
import { tapStream } from './stream-tap.ts';

const ARCHIVE_PREFIX = 'archive/';
const TAP_PAUSE_MS = 200;
/** Objects read side by side. */
const PARALLEL_READS = 16;

const ArchivedRow = z.object({ sequence_number: z.string() });

export class Observer {
  readonly anomalies: Anomaly[] = [];
  readonly rejects: Reject[] = [];
  /** Sequence numbers that the archive holds. */
  readonly archived = new Set<string>();
  private readonly stack: LocalStack;
  private readonly readKeys = new Set<string>();

  constructor(stack: LocalStack) {
    this.stack = stack;
  }

  /** Begins to read the derived streams. */
  async start(onFault: (fault: unknown) => void): Promise<void> {
    const { clients, data, signal } = this.stack;
    const common = { kinesis: clients.kinesis, signal, onFault, pauseMs: TAP_PAUSE_MS };
    await tapStream({
      ...common,
      streamName: data.anomaliesStream,
      onRecord: ({ text }) => {
        const anomaly = Anomaly.parse(JSON.parse(text));
        // The heartbeat has its own figures.
        if (anomaly.source !== HEARTBEAT) this.anomalies.push(anomaly);
      },
    });
    await tapStream({
      ...common,
      streamName: data.rejectsStream,
      onRecord: ({ text }) => this.rejects.push(Reject.parse(JSON.parse(text))),
    });
  }

  /** Reads what the archive has got since the last call. */
  async readArchive(): Promise<void> {
    const fresh: string[] = [];
    for await (const key of this.archiveKeys()) if (!this.readKeys.has(key)) fresh.push(key);
    while (fresh.length > 0)
      await Promise.all(fresh.splice(0, PARALLEL_READS).map((key) => this.readObject(key)));
  }

  /** Incidents in the table, open and resolved, without the heartbeat's. */
  async countIncidents(): Promise<number> {
    const { clients, data } = this.stack;
    let count = 0;
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await clients.dynamoDb.send(
        new ScanCommand({
          TableName: data.incidentsTable,
          Select: 'COUNT',
          FilterExpression: '#type = :incident AND NOT begins_with(entity_pk, :heartbeat)',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: {
            ':incident': { S: 'incident' },
            ':heartbeat': { S: JSON.stringify([HEARTBEAT]).slice(0, -1) },
          },
          ...(from !== undefined && { ExclusiveStartKey: from }),
        }),
      );
      count += page.Count ?? 0;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return count;
  }

  private async *archiveKeys(): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const page = await this.stack.clients.s3.send(
        new ListObjectsV2Command({
          Bucket: this.stack.data.archiveBucket,
          Prefix: ARCHIVE_PREFIX,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
      for (const { Key: key } of page.Contents ?? []) if (key !== undefined) yield key;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  private async readObject(key: string): Promise<void> {
    const { Body: body } = await this.stack.clients.s3.send(
      new GetObjectCommand({ Bucket: this.stack.data.archiveBucket, Key: key }),
    );
    const text = (await body?.transformToString()) ?? '';
    for (const line of text.split('\n')) {
      if (line.trim() !== '') this.archived.add(ArchivedRow.parse(JSON.parse(line)).sequence_number);
    }
    this.readKeys.add(key);
  }
}

/** The ids by which an e-mail can be followed back to its record; undefined where the text holds none. */
export interface Chain {
  /** `record <sequence number>`, or `window <end>` where no single record is the cause. */
  readonly cause: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly anomalyId: string | undefined;
  readonly incidentId: string | undefined;
  readonly messageId: string | undefined;
}

/** Reads the chain out of an e-mail, as a person would. */
export function chainOf(mail: Mail): Chain {
  return {
    cause: mail.text.match(/\b(record [\d.]+|window \S+) /)?.[1],
    sequenceNumber: mail.text.match(/\brecord (\d+(?:\.\d+)?)\b/)?.[1],
    anomalyId: mail.text.match(/\b[0-9a-f]{64}\b/)?.[0],
    incidentId: mail.text.match(/\bT-[0-9A-Z]{10}\b/)?.[0],
    messageId: mail.headers['x-amz-sns-message-id'],
  };
}
