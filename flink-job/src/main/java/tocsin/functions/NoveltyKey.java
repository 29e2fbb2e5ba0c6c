package tocsin.functions;

import java.util.Arrays;
import org.apache.flink.table.annotation.DataTypeHint;

/** What NOVELTY remembers of one key beside its model. Flink keeps its public fields. */
public class NoveltyKey {
  /** Readings after a crossing in which there is no second alarm; so many quiet ones end it. */
  private static final int SILENT_READINGS = 24;

  private static final int VALUES_TOLD = 24;

  public boolean known;

  /**
   * Readings for which the alarm holds yet: since a score reached warn, and since one reached page.
   */
  public int warnsFor;

  public int pagesFor;
  public boolean wasCritical;
  public long newestPeriod = Long.MIN_VALUE;

  /** When the model was last saved, in the machine's time; and whether it ever was. */
  public long savedAtMs;

  public boolean saved;

  /**
   * When it was last read, and how full its instance was then: the keys that had their last reading
   * on that day, on the day before and so on, each as a part of an even share of all keys.
   */
  public long readAtMs;

  public @DataTypeHint("ARRAY<DOUBLE NOT NULL>") double[] fullness = new double[0];

  /** The newest values that were judged, oldest first. */
  public @DataTypeHint("ARRAY<DOUBLE NOT NULL>") double[] recentValues = new double[0];

  /** 0 no alarm, 1 one that warns, 2 one that pages. */
  int state() {
    return pagesFor > 0 ? 2 : warnsFor > 0 ? 1 : 0;
  }

  /**
   * A reading was judged.
   *
   * @param isNewest only such a one can end an alarm or make it milder
   */
  void judged(double score, double warn, double page, boolean isNewest) {
    warnsFor = score >= warn ? SILENT_READINGS : isNewest ? Math.max(0, warnsFor - 1) : warnsFor;
    pagesFor = score >= page ? SILENT_READINGS : isNewest ? Math.max(0, pagesFor - 1) : pagesFor;
  }

  /** Adds a value and drops the oldest where there are enough. */
  void remember(double value) {
    int kept = Math.min(recentValues.length, VALUES_TOLD - 1);
    double[] values =
        Arrays.copyOfRange(recentValues, recentValues.length - kept, recentValues.length + 1);
    values[kept] = value;
    recentValues = values;
  }
}
