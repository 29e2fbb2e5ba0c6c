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
  private NearBreach.Series known = function.createAccumulator();

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
    NearBreach.Serializer serializer = new NearBreach.Serializer();
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    serializer.serialize(known, bytes);
    known = serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
    leaveOut(4);
    assertThat(goodAtOf(2)).isEqualTo(2);
    assertThat(goodAtOf(9)).isEqualTo(4);
  }

  @Test
  void aCopySharesNoTimes() {
    leaveOut(1, 2);
    NearBreach.Series copy = new NearBreach.Serializer().copy(known);
    leaveOut(3);
    known = copy;
    assertThat(goodAtOf(9)).isEqualTo(2);
  }

  @Test
  void aRowIsBeyondTheLimitThatItPassesAndOnNoSideWhenRetired() {
    assertThat(row(10, 1).getInt(0)).isZero();
    assertThat(row(-10, 2).getInt(0)).isZero();
    assertThat(row(10.5, 3).getInt(0)).isEqualTo(1);
    assertThat(row(-10.5, 4).getInt(0)).isEqualTo(2);
    assertThat(row(99, 5, true).getInt(0)).isZero();
  }

  @Test
  void theNewestValuesWithoutRetiredOnesAreToldWhereThereIsSomethingToTell() {
    assertThat(row(1, 1).isNullAt(3)).isTrue();
    assertThat(row(2, 2, true).getArray(3).toDoubleArray()).containsExactly(1);
    assertThat(row(20, 3).getArray(3).toDoubleArray()).containsExactly(1, 20);
  }

  private void leaveOut(int... seconds) {
    for (int second : seconds) {
      assertThat(row(0, second).getBoolean(1)).isFalse();
    }
  }

  private Long goodAtOf(int second) {
    RowData row = row(20, second);
    assertThat(row.getBoolean(1)).isTrue();
    return row.isNullAt(2) ? null : row.getTimestamp(2, 3).getMillisecond() / 1_000;
  }

  private RowData row(double value, int second) {
    return row(value, second, false);
  }

  private RowData row(double value, int second, boolean retired) {
    function.accumulate(
        known, value, TimestampData.fromEpochMillis(second * 1_000L), retired, -10.0, 10.0);
    return function.getValue(known);
  }
}
