package tocsin.functions;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * The clock on the wall of one time zone. Knows the offset from UTC until it changes next, so that
 * a reading costs an addition and not a look-up in the zone's table.
 */
final class ZoneClock {
  private final ZoneRules rules;
  private long offsetMs;

  /** The offset holds from here, until without the next. */
  private long fromMs = Long.MAX_VALUE;

  private long untilMs = Long.MIN_VALUE;

  ZoneClock(String zone) {
    rules = ZoneId.of(zone).getRules();
  }

  /** What that clock shows at a time, as milliseconds since it showed 1970. */
  long localMs(long timeMs) {
    if (timeMs < fromMs || timeMs >= untilMs) {
      Instant time = Instant.ofEpochMilli(timeMs);
      ZoneOffsetTransition before = rules.previousTransition(time.plusMillis(1));
      ZoneOffsetTransition after = rules.nextTransition(time);
      offsetMs = 1_000L * rules.getOffset(time).getTotalSeconds();
      fromMs = before == null ? Long.MIN_VALUE : before.toEpochSecond() * 1_000;
      untilMs = after == null ? Long.MAX_VALUE : after.toEpochSecond() * 1_000;
    }
    return timeMs + offsetMs;
  }
}
