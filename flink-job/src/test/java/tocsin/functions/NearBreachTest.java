package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class NearBreachTest {
  private final NearBreach function = new NearBreach();
  private Slots known = function.createAccumulator();

  @Test
  void aRowBeyondALimitKnowsTheNewestOneLeftOutThatIsNotAfterIt() {
    leaveOut(6, 8, 9, 10, 11, 13);
    assertThat(goodAtOf(7)).isEqualTo(6);
    assertThat(goodAtOf(12)).isEqualTo(11);
    assertThat(goodAtOf(13)).isEqualTo(13);
    assertThat(goodAtOf(5)).isNull();
  }

  @Test
  void whatIsLeftOutIsKnownInWhateverOrderItCame() {
    leaveOut(13, 6, 10, 8, 11, 9);
    assertThat(goodAtOf(12)).isEqualTo(11);
    assertThat(goodAtOf(7)).isEqualTo(6);
  }

  @Test
  void theEightNewestLeftOutAreKnownAndOneOlderThanTheyTakesNoPlace() {
    leaveOut(1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 9, 3, 11);
    assertThat(goodAtOf(4)).isEqualTo(4);
    assertThat(goodAtOf(3)).isNull();
    assertThat(goodAtOf(9)).isEqualTo(9);
    assertThat(goodAtOf(20)).isEqualTo(11);
  }

  @Test
  void timesLeftOutComeBackFromStateAsTheyWere() throws IOException {
    leaveOut(1, 2, 3);
    Slots.Serializer serializer = new Slots.Serializer();
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    serializer.serialize(known, bytes);
    known = serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
    leaveOut(4);
    assertThat(goodAtOf(2)).isEqualTo(2);
    assertThat(goodAtOf(9)).isEqualTo(4);
  }

  private void leaveOut(int... seconds) {
    for (int second : seconds) {
      assertThat(row(0, second).getBoolean(0)).isFalse();
    }
  }

  private Long goodAtOf(int second) {
    RowData row = row(1, second);
    assertThat(row.getBoolean(0)).isTrue();
    return row.isNullAt(1) ? null : row.getTimestamp(1, 3).getMillisecond() / 1_000;
  }

  private RowData row(int side, int second) {
    function.accumulate(known, side, TimestampData.fromEpochMillis(second * 1_000L));
    return function.getValue(known);
  }
}
