package tocsin.functions;

import org.apache.flink.table.api.TableEnvironment;
import tocsin.rules.RuledReading;

/** The functions of this job that SQL may call, beside READ_RECORD. */
public final class Functions {
  private Functions() {}

  public static void register(TableEnvironment tables) {
    tables.createTemporarySystemFunction("STREAM_NAME", new StreamName());
    tables.createTemporarySystemFunction("RECENT_VALUES", new RecentValues());
    tables.createTemporarySystemFunction("ADDED_UP", new AddedUp());
    tables.createTemporarySystemFunction("LIMIT_ALARM", new LimitAlarm());
    tables.createTemporarySystemFunction("EARLIER", new Earlier());
    tables.createTemporarySystemFunction("PERIOD_OF", new PeriodOf());
    tables.createTemporarySystemFunction("DEVIATION_ALARM", new DeviationAlarm());
    tables.createTemporarySystemFunction("READING", new Unpacked(RuledReading.readingType()));
    tables.createTemporarySystemFunction("RULE", new Unpacked(RuledReading.ruleType()));
    tables.createTemporarySystemFunction("NAMES", new Names());
    tables.createTemporarySystemFunction("ANY_OF", new AnyOf());
    tables.createTemporarySystemFunction("GAPS", new Gaps());
    tables.createTemporarySystemFunction("FLAT_ALARM", new FlatAlarm());
    tables.createTemporarySystemFunction("RATE_ALARM", new RateAlarm());
    tables.createTemporarySystemFunction("NEAR_BREACH", new NearBreach());
    tables.createTemporarySystemFunction("DRIFT_ALARM", new DriftAlarm());
    tables.createTemporarySystemFunction("SEASONAL_ALARM", new SeasonalAlarm());
    tables.createTemporarySystemFunction("NOVELTY", new Novelty());
  }
}
