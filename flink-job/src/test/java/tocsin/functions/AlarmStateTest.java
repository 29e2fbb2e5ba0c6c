package tocsin.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import tocsin.rules.HeardMetrics;

class AlarmStateTest {
  private static final String LEARNING = "kinesisanalytics.Program.Tocsin.learning:r:m";
  private static final byte[] SERIES = "1 1 1\nr\ns\ne\nm".getBytes(StandardCharsets.UTF_8);

  private final HeardMetrics metrics = new HeardMetrics();
  private long nowMs = 1_000_000;
  private final UnjudgedSeries learning =
      new UnjudgedSeries(metrics, UnjudgedSeries.LEARNING, () -> nowMs);
  private Probe probe = new Probe();

  @Test
  void aRowKnowsTheAlarmAndTheFlagBeforeItAndWhetherItsPeriodIsNew() {
    assertTold(take(1, true, 7), 1, 0, false, false);
    assertTold(take(AlarmState.SAME, false, 7), 1, 1, true, false);
    assertTold(take(2, false, 8), 2, 1, false, true);
    assertTold(take(0, true, 7), 0, 2, false, false);
    assertTold(take(2, true, 8), 2, 0, true, false);
    assertThat(probe.told(0).getLong(4)).isEqualTo(5);
  }

  @Test
  void onlyARowWithoutAnAlarmBeforeAndAfterItIsQuiet() {
    take(AlarmState.SAME, true, 7);
    assertThat(probe.isQuiet()).isTrue();
    take(1, true, 7);
    assertThat(probe.isQuiet()).isFalse();
    take(0, true, 7);
    assertThat(probe.isQuiet()).isFalse();
    take(0, true, 7);
    assertThat(probe.isQuiet()).isTrue();
  }

  @Test
  void toPrefetchItChangesNothingHoweverManyValuesItHas() throws IOException {
    for (int values = 0; values < 3 * AlarmState.RECENT; values++) {
      byte[] before = bytes(probe);
      probe.prefetch();
      assertThat(bytes(probe)).isEqualTo(before);
      probe.remember(values);
    }
  }

  @Test
  void aQuietRowTellsNothing() {
    RowData quiet = AlarmState.quiet(2);
    assertThat(quiet.getArity()).isEqualTo(AlarmState.OWN + 2);
    assertTold(quiet, 0, 0, false, false);
    for (int column = 4; column < quiet.getArity(); column++) {
      assertThat(quiet.isNullAt(column)).isTrue();
    }
  }

  @Test
  void theNewestTwentyFourValuesAreTold() {
    assertThat(recent(probe)).isEmpty();
    for (int count = 1; count <= 80; count++) {
      probe.remember(count);
      assertThat(recent(probe)).hasSize(Math.min(count, 24)).endsWith(count);
      assertThat(recent(probe)[0]).isEqualTo(Math.max(1, count - 23));
    }
  }

  @Test
  void aStateComesBackAsItWasAndACopySharesNothing() throws IOException {
    for (int count = 1; count <= 30; count++) {
      probe.remember(count);
    }
    take(2, true, 7);
    probe.kept[0] = 5;
    probe.tellLearning(learning, SERIES, true);
    List<Probe> same = List.of(restored(probe), new Serializer().copy(probe));
    probe.remember(99);
    probe.kept[0] = 6;
    take(0, false, 9);
    for (Probe each : same) {
      assertThat(recent(each)).hasSize(24).startsWith(7).endsWith(30);
      assertThat(each.kept).containsExactly(5);
      assertTold(each.told(0), 2, 0, false, false);
      each.take(AlarmState.SAME, false, 8);
      assertTold(each.told(0), 2, 2, true, true);
      assertThat(each.told(0).getLong(4)).isEqualTo(2);
      each.remember(31);
      assertThat(recent(each)).hasSize(24).startsWith(8).endsWith(31);
    }
  }

  @Test
  void aYoungStateComesBackWithItsFewValues() throws IOException {
    probe.remember(1);
    Probe same = restored(probe);
    same.remember(2);
    assertThat(recent(same)).containsExactly(1, 2);
  }

  @Test
  void aSeriesCountsAsLearningUntilItIsJudgedAlsoWhenItsStateIsReadAnewForEachRow()
      throws IOException {
    for (int minute = 0; minute < 90; minute++) {
      probe.tellLearning(learning, SERIES, true);
      probe = restored(probe);
      probe.tellLearning(learning, SERIES, true);
      nowMs += 61_000;
      assertThat(metrics.gauge(LEARNING)).isEqualTo(1);
    }
    probe = restored(probe);
    probe.tellLearning(learning, SERIES, false);
    assertThat(metrics.gauge(LEARNING)).isZero();
  }

  @Test
  void aSeriesThatLearnsIsLookedUpOnceAMinute() {
    probe.tellLearning(learning, SERIES, true);
    nowMs += 59_000;
    byte[] unread = "not a name".getBytes(StandardCharsets.UTF_8);
    probe.tellLearning(learning, unread, true);
    nowMs += UnjudgedSeries.HEARD_WITHIN_MS;
    assertThat(metrics.gauge(LEARNING)).isZero();
    probe.tellLearning(learning, SERIES, true);
    assertThat(metrics.gauge(LEARNING)).isEqualTo(1);
  }

  private RowData take(int judgement, boolean isCritical, long period) {
    probe.take(judgement, isCritical, period);
    return probe.told(0);
  }

  private static double[] recent(Probe probe) {
    return probe.told(0).getArray(5).toDoubleArray();
  }

  private static Probe restored(Probe probe) throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    new Serializer().serialize(probe, bytes);
    return new Serializer().deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer()));
  }

  private static byte[] bytes(AlarmState state) throws IOException {
    var out = new DataOutputSerializer(1_000);
    state.write(out);
    return out.getCopyOfBuffer();
  }

  private static void assertTold(
      RowData row, int now, int earlier, boolean wasCritical, boolean isNewPeriod) {
    assertThat(List.of(row.getInt(0), row.getInt(1), row.getBoolean(2), row.getBoolean(3)))
        .containsExactly(now, earlier, wasCritical, isNewPeriod);
  }

  /** A state with an array of its own. */
  private static final class Probe extends AlarmState {
    private int[] kept = new int[1];

    @Override
    void write(DataOutputView target) throws IOException {
      super.write(target);
      target.writeInt(kept[0]);
    }

    @Override
    void read(DataInputView source) throws IOException {
      super.read(source);
      kept[0] = source.readInt();
    }

    @Override
    protected Probe clone() {
      Probe copy = (Probe) super.clone();
      copy.kept = kept.clone();
      return copy;
    }
  }

  private static final class Serializer extends AlarmState.Serializer<Probe> {
    private static final long serialVersionUID = 1;

    @Override
    public Probe createInstance() {
      return new Probe();
    }

    @Override
    public TypeSerializerSnapshot<Probe> snapshotConfiguration() {
      return new Snapshot();
    }
  }

  private static final class Snapshot extends SimpleTypeSerializerSnapshot<Probe> {
    Snapshot() {
      super(Serializer::new);
    }
  }
}
