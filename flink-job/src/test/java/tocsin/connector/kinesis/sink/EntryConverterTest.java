package tocsin.connector.kinesis.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

class EntryConverterTest {
  private final EntryConverter<String> converter =
      new EntryConverter<>(new SimpleStringSchema(), new LengthKeys(), "anomalies");

  @Test
  void givesEachElementItsBytesAndItsKey() {
    PutRecordsRequestEntry entry = converter.apply("über", null);
    assertThat(entry.data().asUtf8String()).isEqualTo("über");
    assertThat(entry.partitionKey()).isEqualTo("4");
  }

  @Test
  void refusesARecordThatKinesisCannotTakeAndNamesTheStream() {
    int most = (int) KinesisSink.MAX_RECORD_BYTES - "1048569".length();
    assertThat(converter.apply("x".repeat(most), null).partitionKey()).isEqualTo("" + most);
    assertThatThrownBy(() -> converter.apply("x".repeat(most + 1), null))
        .isInstanceOf(RecordTooLargeException.class)
        .hasMessageContaining("anomalies")
        .hasMessageContaining("1048577 bytes");
  }

  @Test
  void bringsBufferedRecordsBackFromACheckpoint() throws Exception {
    var serializer = new EntryStateSerializer();
    var entry = converter.apply("text", null);
    var wrappers =
        new ArrayDeque<>(
            List.of(new RequestEntryWrapper<>(entry, KinesisSinkWriter.sizeInBytes(entry))));
    var restored =
        serializer.deserialize(
            serializer.getVersion(), serializer.serialize(new BufferedRequestState<>(wrappers)));
    assertThat(restored.getBufferedRequestEntries())
        .singleElement()
        .extracting(RequestEntryWrapper::getRequestEntry)
        .isEqualTo(entry);
  }

  private static final class LengthKeys implements PartitionKeys<String> {
    @Override
    public String keyOf(String element) {
      return Integer.toString(element.length());
    }
  }
}
