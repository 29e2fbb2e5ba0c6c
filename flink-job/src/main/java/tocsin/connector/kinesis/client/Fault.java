package tocsin.connector.kinesis.client;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** What a failed Kinesis call asks of its caller. */
public enum Fault {
  /** The service is busy, out of reach or too slow: ask again later. */
  TRANSIENT,
  /** The shard iterator is too old: get a new one from the last sequence number. */
  EXPIRED_ITERATOR,
  /** The stream, or this shard of it, is not there. */
  NOT_FOUND,
  /** Asking again cannot help: bad credentials, missing permission, bad request. */
  FATAL;

  /** Tells what an exception of the AWS client asks for. */
  public static Fault of(Throwable error) {
    if (error instanceof ExpiredIteratorException) {
      return EXPIRED_ITERATOR;
    }
    if (error instanceof ResourceNotFoundException) {
      return NOT_FOUND;
    }
    if (error instanceof AwsServiceException service) {
      return isTransient(service) ? TRANSIENT : FATAL;
    }
    if (error instanceof ApiCallTimeoutException
        || error instanceof ApiCallAttemptTimeoutException) {
      return TRANSIENT;
    }
    if (error instanceof SdkClientException client) {
      // Broken connections and time-outs carry the I/O error as their cause; what carries none is
      // a client that cannot work at all, such as one without credentials.
      return client.retryable() || hasIoCause(client) ? TRANSIENT : FATAL;
    }
    return FATAL;
  }

  /** True where the service refused a call because there were too many. */
  public static boolean isThrottling(Throwable error) {
    return error instanceof ProvisionedThroughputExceededException
        || error instanceof LimitExceededException
        || error instanceof KmsThrottlingException
        || error instanceof AwsServiceException service && service.isThrottlingException();
  }

  private static boolean isTransient(AwsServiceException error) {
    return isThrottling(error)
        || error instanceof ResourceInUseException
        || error.isClockSkewException()
        || error.statusCode() >= 500
        || error.retryable();
  }

  private static boolean hasIoCause(SdkException error) {
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof java.io.IOException) {
        return true;
      }
    }
    return false;
  }
}
