/** From a change of the table to the request, or the time, that it holds. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StreamRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { AlertRequest } from '../../contracts/alert.ts';
import { TocsinError } from '../errors.ts';
import { incidentKey, OutboxItem } from '../ports/dynamodb/layout.ts';

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

/** The incident and the time of its next look, where the change brought a new time. */
export function timerOf(image: StreamRecord['NewImage']): { incident_id: string; at: string } | undefined {
  const [pk, at] = [image?.pk?.S, image?.timer_at?.S];
  if (image?.type?.S !== 'incident' || pk === undefined || at === undefined) return undefined;
  return { incident_id: pk.slice(incidentKey('').pk.length), at };
}

/** The same values under the other library's type: @types/aws-lambda and the SDK each describe the wire format. */
function sdkImage(image: NonNullable<StreamRecord['NewImage']>) {
  return image as Parameters<typeof unmarshall>[0];
}
