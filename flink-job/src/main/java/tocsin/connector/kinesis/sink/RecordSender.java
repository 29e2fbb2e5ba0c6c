package tocsin.connector.kinesis.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import tocsin.connector.kinesis.client.Backoff;
import tocsin.connector.kinesis.client.Fault;
import tocsin.connector.kinesis.client.StreamArn;

/**
 * Sends PutRecords requests on threads of its own and tells the writer what became of them.
 *
 * <p>Entries that the stream refused, and all entries of a request that failed for a passing
 * reason, go back to the writer after a delay; the others of a request are never sent twice. What
 * no repeat can mend ends the job, and so does any fault when the table says {@code
 * sink.fail-on-error}.
 */
final class RecordSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordSender.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration BACKOFF_CEILING = Duration.ofSeconds(10);
  private static final int MAX_THREADS = 16;

  private final StreamArn stream;
  private final KinesisClient client;
  private final boolean failOnError;
  private final Counter errors;
  private final ScheduledThreadPoolExecutor pool;
  private final Backoff backoff = new Backoff(FIRST_BACKOFF, BACKOFF_CEILING, new Random());

  RecordSender(
      StreamArn stream,
      KinesisClient client,
      int maxInFlightRequests,
      boolean failOnError,
      Counter errors) {
    this.stream = stream;
    this.client = client;
    this.failOnError = failOnError;
    this.errors = errors;
    this.pool =
        new ScheduledThreadPoolExecutor(
            Math.min(maxInFlightRequests, MAX_THREADS), work -> newThread(stream, work));
  }

  void send(List<PutRecordsRequestEntry> entries, ResultHandler<PutRecordsRequestEntry> result) {
    pool.execute(
        () -> {
          try {
            var answer =
                client.putRecords(request -> request.streamARN(stream.arn()).records(entries));
            onAnswer(answer, entries, result);
          } catch (Throwable error) {
            onError(error, entries, result);
          }
        });
  }

  @Override
  public void close() {
    pool.shutdownNow();
    client.close();
  }

  private void onAnswer(
      PutRecordsResponse answer,
      List<PutRecordsRequestEntry> entries,
      ResultHandler<PutRecordsRequestEntry> result) {
    if (answer.failedRecordCount() == null || answer.failedRecordCount() == 0) {
      synchronized (backoff) {
        backoff.reset();
      }
      result.complete();
      return;
    }
    var refused = new ArrayList<PutRecordsRequestEntry>();
    for (int i = 0; i < entries.size(); i++) {
      if (answer.records().get(i).errorCode() != null) {
        refused.add(entries.get(i));
      }
    }
    String reasons =
        answer.records().stream()
            .map(PutRecordsResultEntry::errorCode)
            .filter(code -> code != null)
            .distinct()
            .collect(Collectors.joining(", "));
    retry(refused, result, new IOException(reasons));
  }

  private void onError(
      Throwable error,
      List<PutRecordsRequestEntry> entries,
      ResultHandler<PutRecordsRequestEntry> result) {
    if (pool.isShutdown()) {
      return; // the writer is closed: what is not confirmed is in its last checkpoint
    }
    if (Fault.of(error) == Fault.TRANSIENT) {
      retry(entries, result, error);
    } else {
      count(entries.size());
      result.completeExceptionally(failure(entries.size(), error));
    }
  }

  private void retry(
      List<PutRecordsRequestEntry> entries,
      ResultHandler<PutRecordsRequestEntry> result,
      Throwable reason) {
    count(entries.size());
    if (failOnError) {
      result.completeExceptionally(failure(entries.size(), reason));
      return;
    }
    long delayMs;
    synchronized (backoff) {
      delayMs = backoff.nextDelayMs();
    }
    LOG.warn(
        "{} records for {} were not taken ({}); they are sent again in {} ms",
        entries.size(),
        stream.streamName(),
        reason.getMessage(),
        delayMs);
    pool.schedule(() -> result.retryForEntries(entries), delayMs, TimeUnit.MILLISECONDS);
  }

  /** The writer's counter is not made for several threads. */
  private synchronized void count(int failed) {
    errors.inc(failed);
  }

  private IOException failure(int count, Throwable error) {
    return new IOException(
        "cannot write " + count + " records to " + stream.arn() + ": " + error.getMessage(), error);
  }

  private static Thread newThread(StreamArn stream, Runnable work) {
    var thread = new Thread(work, "kinesis-write-" + stream.streamName());
    thread.setDaemon(true);
    return thread;
  }
}
