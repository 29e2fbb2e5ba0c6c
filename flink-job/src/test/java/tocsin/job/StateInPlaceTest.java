package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRawValueData;
import org.junit.jupiter.api.Test;

/** When the row around an accumulator is put into the state, and when it need not be. */
class StateInPlaceTest {
  private final Counted kept = new Counted();
  private final StateInPlace.Unreplaced state = new StateInPlace.Unreplaced(kept);

  @Test
  void theFirstRowIsPut() throws IOException {
    state.value();
    state.update(rowOf("a"));
    assertThat(kept.puts).isEqualTo(1);
  }

  @Test
  void aRowAroundTheSameObjectIsNotPut() throws IOException {
    String object = new String("a");
    kept.row = rowOf(object);
    state.value();
    state.update(rowOf(object));
    assertThat(kept.puts).isZero();
  }

  @Test
  void aRowAroundAnotherObjectIsPut() throws IOException {
    kept.row = rowOf(new String("a"));
    state.value();
    state.update(rowOf(new String("a")));
    assertThat(kept.puts).isEqualTo(1);
  }

  @Test
  void whereASnapshotMadeBytesOfTheObjectTheRowIsPutForTheNextSnapshotWouldTakeThose()
      throws IOException {
    String object = new String("a");
    kept.row = rowOf(object);
    ((BinaryRawValueData<String>) kept.row.<String>getRawValue(0))
        .ensureMaterialized(StringSerializer.INSTANCE);
    state.value();
    state.update(rowOf(object));
    assertThat(kept.puts).isEqualTo(1);
  }

  @Test
  void whatWasReadFromBytesIsPut() throws IOException {
    BinaryRawValueData<String> read =
        BinaryRawValueData.fromBytes(
            BinaryRawValueData.fromObject("a").toBytes(StringSerializer.INSTANCE));
    kept.row = GenericRowData.of(read);
    state.value();
    state.update(rowOf(read.toObject(StringSerializer.INSTANCE)));
    assertThat(kept.puts).isEqualTo(1);
  }

  private static RowData rowOf(String object) {
    return GenericRowData.of(BinaryRawValueData.fromObject(object));
  }

  /** Counts how often it was written. */
  private static final class Counted implements ValueState<RowData> {
    private RowData row;
    private int puts;

    @Override
    public RowData value() {
      return row;
    }

    @Override
    public void update(RowData value) {
      row = value;
      puts++;
    }

    @Override
    public void clear() {
      row = null;
    }
  }
}
