package tocsin.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.junit.jupiter.api.Test;

/** The names by which rows of a rule and what it judges find their state. */
class SeriesTest {
  @Test
  void everyRuleOfASubjectBelongsToTheKeyGroupThatItsReadingsAreSentTo() {
    for (int maxParallelism : List.of(1, 128, 4_096, 32_768)) {
      for (int pump = 0; pump < 20; pump++) {
        Subject subject = subject("plant", "pump-" + pump, "pressure");
        for (String rule : List.of("too-high", "unusual")) {
          assertThat(keyGroup(Series.of(rule, subject, maxParallelism), maxParallelism))
              .isEqualTo(
                  KeyGroupRangeAssignment.assignToKeyGroup(
                      (Integer) subject.hashCode(), maxParallelism));
        }
      }
    }
  }

  @Test
  void aNameIsTheSameInEveryRun() {
    assertThat(Series.of("too-high", subject("plant", "pump-1", "pressure"), 128))
        .isEqualTo(Series.of("too-high", subject("plant", "pump-1", "pressure"), 128));
  }

  @Test
  void namesThatReadAlikeWhenJoinedAreDifferentSeries() {
    List<byte[]> series = new ArrayList<>();
    series.add(Series.of("a", subject("b", "c", "d"), 128));
    series.add(Series.of("a\nb", subject("c", "d", ""), 128));
    series.add(Series.of("a", subject("b\nc", "d", ""), 128));
    series.add(Series.of("a", subject("b", "c\nd", ""), 128));
    Set<String> different = new HashSet<>();
    series.forEach(each -> different.add(java.util.HexFormat.of().formatHex(each)));
    assertThat(different).hasSameSizeAs(series);
  }

  /** As Flink's SQL finds it, by a row of one column. */
  private static int keyGroup(byte[] series, int maxParallelism) {
    RowDataSerializer rows = new RowDataSerializer(new VarBinaryType(VarBinaryType.MAX_LENGTH));
    return KeyGroupRangeAssignment.assignToKeyGroup(
        rows.toBinaryRow(GenericRowData.of((Object) series)), maxParallelism);
  }

  private static Subject subject(String source, String entity, String metric) {
    return new Subject(
        StringData.fromString(source),
        StringData.fromString(entity),
        StringData.fromString(metric));
  }
}
