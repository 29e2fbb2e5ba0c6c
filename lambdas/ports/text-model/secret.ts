/**
 * A secret by AWS's Parameters and Secrets extension, a layer of the function that answers on 127.0.0.1 and caches for
 * five minutes: no client of Secrets Manager in the bundle, and a rotated key is used without a deploy.
 */
import * as z from 'zod/mini';
import { ModelUnavailable } from './port.ts';

const ADDRESS = 'http://127.0.0.1:2773';
const Answer = z.object({ SecretString: z.string().check(z.minLength(1)) });

export interface SecretOptions {
  /** Name or ARN. */
  readonly secretId: string;
  /** Of the function's role: what the extension tells its own function by. */
  readonly sessionToken: string;
  readonly address?: string;
}

/** @returns what reads the secret, each time it is asked; it throws ModelUnavailable, without the secret's value */
export function secretReader({ secretId, sessionToken, address = ADDRESS }: SecretOptions) {
  return async (signal: AbortSignal): Promise<string> => {
    const failed = (why: string, cause?: unknown) =>
      new ModelUnavailable(`the key ${secretId} could not be read: ${why}`, { cause, mayBeBilled: false });
    try {
      const url = `${address}/secretsmanager/get?secretId=${encodeURIComponent(secretId)}`;
      const response = await fetch(url, {
        signal,
        headers: { 'X-Aws-Parameters-Secrets-Token': sessionToken },
      });
      if (response.status !== 200) throw failed(`HTTP ${response.status}`);
      return Answer.parse(await response.json()).SecretString;
    } catch (cause) {
      if (cause instanceof ModelUnavailable) throw cause;
      throw failed(signal.aborted ? 'no answer before the deadline' : 'the extension did not answer', cause);
    }
  };
}
