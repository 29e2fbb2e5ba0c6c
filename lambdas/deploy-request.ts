/** How a function of ours takes part in a deploy: CloudFormation asks, and waits for an answer at a signed address. */
import * as z from 'zod/mini';

const common = {
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  ResourceProperties: z.record(z.string(), z.unknown()),
};

export const DeployRequest = z.discriminatedUnion('RequestType', [
  z.object({ RequestType: z.literal('Create'), ...common }),
  z.object({ RequestType: z.literal('Update'), PhysicalResourceId: z.string(), ...common }),
  z.object({ RequestType: z.literal('Delete'), PhysicalResourceId: z.string(), ...common }),
]);
export type DeployRequest = z.infer<typeof DeployRequest>;

export interface DeployResult {
  /** Stays the same for the life of the resource: CloudFormation deletes the one before when it changes. */
  readonly physicalId: string;
  /** Attributes of the resource. */
  readonly data?: Readonly<Record<string, string>>;
}

export type Put = (url: string, body: string) => Promise<void>;

/** CloudFormation shows no more of a reason than this. */
const MAX_REASON_LENGTH = 1_000;

/**
 * Does the work and answers; work that throws is answered with its reason, so that no deploy waits in vain.
 * @throws only when the event is no request, or the answer cannot be given
 */
export async function answer(
  event: unknown,
  work: (request: DeployRequest) => Promise<DeployResult>,
  put: Put = putToSignedUrl,
): Promise<void> {
  const request = z.parse(DeployRequest, event);
  const { StackId, RequestId, LogicalResourceId } = request;
  const before = request.RequestType === 'Create' ? RequestId : request.PhysicalResourceId;
  const outcome = await work(request).then(
    ({ physicalId, data }) => ({ Status: 'SUCCESS', PhysicalResourceId: physicalId, Data: data ?? {} }),
    (error: unknown) => ({
      Status: 'FAILED',
      PhysicalResourceId: before,
      Reason: String(error instanceof Error ? error.message : error).slice(0, MAX_REASON_LENGTH),
    }),
  );
  await put(request.ResponseURL, JSON.stringify({ StackId, RequestId, LogicalResourceId, ...outcome }));
}

async function putToSignedUrl(url: string, body: string): Promise<void> {
  // The address is signed for a request without a content type.
  const response = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: HTTP ${response.status}`);
}
