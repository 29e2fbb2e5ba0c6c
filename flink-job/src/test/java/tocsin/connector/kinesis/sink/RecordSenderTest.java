package tocsin.connector.kinesis.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import tocsin.connector.kinesis.client.StreamArn;

@Timeout(30)
class RecordSenderTest {
  private static final StreamArn STREAM =
      StreamArn.parse("arn:aws:kinesis:us-east-1:000000000000:stream/anomalies");

  private final List<PutRecordsRequestEntry> entries = List.of(entry("a"), entry("b"), entry("c"));
  private final SimpleCounter errors = new SimpleCounter();
  private final RecordingResult result = new RecordingResult();
  private RecordSender sender;

  @AfterEach
  void close() {
    sender.close();
  }

  @Test
  void completesARequestThatWasTakenWhole() throws Exception {
    sender = sender(request -> PutRecordsResponse.builder().failedRecordCount(0).build(), false);
    sender.send(entries, result);
    assertThat(result.next()).isEqualTo("complete");
    assertThat(errors.getCount()).isZero();
  }

  @Test
  void givesBackOnlyTheEntriesThatTheStreamRefused() throws Exception {
    sender = sender(request -> refusing("ProvisionedThroughputExceededException", 1), false);
    sender.send(entries, result);
    assertThat(result.next()).isEqualTo(List.of(entries.get(1)));
    assertThat(errors.getCount()).isEqualTo(1);
  }

  @Test
  void givesBackAllEntriesAfterAPassingFault() throws Exception {
    sender = sender(throwing(KinesisException.builder().statusCode(503).build()), false);
    sender.send(entries, result);
    assertThat(result.next()).isEqualTo(entries);
  }

  @Test
  void endsTheJobWithoutCredentials() throws Exception {
    sender = sender(throwing(SdkClientException.create("Unable to load credentials")), false);
    sender.send(entries, result);
    assertThat(result.next())
        .asString()
        .contains("stream/anomalies")
        .contains("Unable to load credentials");
  }

  @Test
  void endsTheJobOnAnyRefusalWhenTheTableSaysSo() throws Exception {
    sender = sender(request -> refusing("InternalFailure", 2), true);
    sender.send(entries, result);
    assertThat(result.next()).asString().contains("cannot write 1 records");
  }

  private RecordSender sender(
      Function<PutRecordsRequest, PutRecordsResponse> service, boolean failOnError) {
    return new RecordSender(STREAM, new FakeClient(service), 2, failOnError, errors);
  }

  private PutRecordsResponse refusing(String errorCode, int index) {
    var results =
        java.util.stream.IntStream.range(0, entries.size())
            .mapToObj(
                i ->
                    PutRecordsResultEntry.builder()
                        .errorCode(i == index ? errorCode : null)
                        .build())
            .toList();
    return PutRecordsResponse.builder().failedRecordCount(1).records(results).build();
  }

  private static Function<PutRecordsRequest, PutRecordsResponse> throwing(RuntimeException error) {
    return request -> {
      throw error;
    };
  }

  private static PutRecordsRequestEntry entry(String text) {
    return PutRecordsRequestEntry.builder()
        .data(SdkBytes.fromUtf8String(text))
        .partitionKey(text)
        .build();
  }

  private record FakeClient(Function<PutRecordsRequest, PutRecordsResponse> service)
      implements KinesisClient {
    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
      return service.apply(request);
    }

    @Override
    public String serviceName() {
      return "kinesis";
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static final class RecordingResult implements ResultHandler<PutRecordsRequestEntry> {
    private final BlockingQueue<Object> calls = new LinkedBlockingQueue<>();

    Object next() throws InterruptedException {
      return calls.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public void complete() {
      calls.add("complete");
    }

    @Override
    public void completeExceptionally(Exception error) {
      calls.add(error);
    }

    @Override
    public void retryForEntries(List<PutRecordsRequestEntry> again) {
      calls.add(again);
    }
  }
}
