package tocsin.record;

import java.util.Map;

/** What {@link RecordReader} makes of one record: readings, or one reject. */
public interface ReadRecords {

  /**
   * The numbers of one record.
   *
   * @param eventTimeMs min(time in the record, arrival)
   * @param metrics at least one number by its name; all finite
   */
  void readings(
      String source,
      String entity,
      long eventTimeMs,
      long outOfOrderMs,
      Map<String, Double> metrics,
      Map<String, String> labels);

  /**
   * Comes before the readings of a record that has some, for what it does not have a reading of: a
   * listed field that holds no finite number (an absent or null one holds nothing), or, where every
   * number is watched, one that is not finite or whose name is too long or not one line.
   *
   * @param count at least 1
   */
  void unreadableMetrics(int count);

  /**
   * @param source the source that matched, or null
   * @param detail what, where and how to mend it, in one sentence
   * @param raw the record as text
   */
  void reject(Reason reason, String source, String detail, String raw);

  /** Why a record was refused; the words of contracts/reject.ts. */
  enum Reason {
    NOT_JSON,
    NOT_AN_OBJECT,
    NO_SOURCE,
    NO_ENTITY,
    UNREADABLE_TIME,
    NO_METRIC,
    FUTURE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
