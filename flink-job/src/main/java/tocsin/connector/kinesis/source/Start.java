package tocsin.connector.kinesis.source;

import java.io.Serializable;
import java.time.Instant;

/** Where a job that has no checkpoint begins to read. */
public sealed interface Start extends Serializable {
  /**
   * The position for every shard that the stream holds when the job starts.
   *
   * @param now instant of that start; it is kept in the state, so that a job restored before its
   *     first read begins there and not at the restore
   */
  Position pin(Instant now);

  /** Only what arrives after the start of the job. */
  record Latest() implements Start {
    @Override
    public Position pin(Instant now) {
      return Position.at(now);
    }
  }

  /** Everything that the stream still holds. */
  record TrimHorizon() implements Start {
    @Override
    public Position pin(Instant now) {
      return Position.trimHorizon();
    }
  }

  /** What arrived at an instant or later. */
  record AtTimestamp(Instant instant) implements Start {
    @Override
    public Position pin(Instant now) {
      return Position.at(instant);
    }
  }
}
