/** AWS clients as every handler makes them, once a cold start. Region, endpoint and credentials come from the environment. */
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * HTTP/1.1 with kept connections and bounded waits: a hanging service must not eat the function's whole time.
 * @param requestTimeout ms for one answer
 */
export const clientOptions = (requestTimeout = 10_000) => ({
  requestHandler: new NodeHttpHandler({
    connectionTimeout: 2_000,
    requestTimeout,
    throwOnRequestTimeout: true,
  }),
  maxAttempts: 3,
});

/** The document client that the DynamoDB adapters take. */
export function documentClient(tracer: Tracer): DynamoDBDocumentClient {
  const client = tracer.captureAWSv3Client(new DynamoDBClient(clientOptions()));
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
