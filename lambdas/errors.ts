/** Base of the errors that steps raise: a name, what failed and for which id, and whether a retry can help. */
export abstract class TocsinError extends Error {
  abstract readonly retryable: boolean;
}
