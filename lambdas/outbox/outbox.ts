/** From a change of the table to the request that it holds. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { AlertRequest } from '../../contracts/alert.ts';
import { TocsinError } from '../errors.ts';
import { OutboxItem } from '../ports/dynamodb/layout.ts';

/** A line that no version of this code writes; a retry reads the same. */
export class LineUnreadable extends TocsinError {
  override readonly name = 'LineUnreadable';
  readonly retryable = false;
}

/** @throws LineUnreadable */
export function requestOf(image: StreamRecord['NewImage']): AlertRequest {
  const parsed = z.safeParse(OutboxItem, image === undefined ? undefined : unmarshall(sdkImage(image)));
  if (parsed.success) return parsed.data.request;
  throw new LineUnreadable(`an outbox line cannot be read: ${z.prettifyError(parsed.error)}`);
}

/** The same values under the other library's type: @types/aws-lambda and the SDK each describe the wire format. */
function sdkImage(image: NonNullable<StreamRecord['NewImage']>) {
  return image as Parameters<typeof unmarshall>[0];
}
