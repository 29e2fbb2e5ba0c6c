/** One clear sentence for what went wrong, with the way to mend it where the cause is known. */
import { CliError } from './errors.ts';

/** Errors of the AWS SDK that have a usual cause, by name or code. */
const CAUSES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'There are no AWS credentials. Log in (aws sso login), or set AWS_PROFILE.',
  ExpiredToken: 'The AWS credentials have expired. Log in again (aws sso login).',
  ExpiredTokenException: 'The AWS credentials have expired. Log in again (aws sso login).',
  AccessDenied: 'These AWS credentials may not do that.',
  AccessDeniedException: 'These AWS credentials may not do that.',
  ECONNREFUSED: 'Nothing answers at that endpoint. Is the local run still up, and on that port?',
  ENOTFOUND: 'The endpoint cannot be found. Check --region, --endpoint and the network.',
};

/** @returns the message of a {@link CliError}; for other errors the usual cause, then their own words. */
export function explain(error: unknown): string {
  if (error instanceof CliError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error.message === 'Region is missing') {
    return 'No AWS region is set. Name it: --region eu-central-1, or AWS_REGION.';
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = CAUSES[error.name] ?? CAUSES[code];
  // Connection errors come with an empty message of their own.
  const words = [cause, error.message].filter((part) => part !== undefined && part !== '').join(' ');
  return words === '' ? error.name : words;
}
