package tocsin.functions;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Which keys one instance of NOVELTY may judge, where there are more than it has places. A key that
 * was known when the instance started keeps its place, however many new ones come before its first
 * reading. State of Flink cannot say how many those are: so each key remembers, with each of its
 * readings, how full its instance was, and the first one that comes back tells. New keys that came
 * still earlier, and are too many by that, lose their places then. What is told is by the day of
 * the last reading: so a key that stays away frees its place at most a day after Flink forgot it,
 * however often the job restarts in between.
 */
final class NoveltyPlaces {
  private static final long DAY_MS = 24L * 3_600_000;

  /** A key without a reading for so long is forgotten by Flink (the TTL of NOVELTY's state). */
  static final long KEPT_MS = 30 * DAY_MS;

  private static final long LOOK_EVERY_MS = 60_000;

  private final int places;
  private final double evenShare;
  private final LongSupplier clockMs;

  /** When each key had its last reading since the start, the longest ago first. */
  private final LinkedHashMap<String, Long> readMs = new LinkedHashMap<>(16, 0.75f, true);

  /** How many of them had it on which day. */
  private final TreeMap<Long, Integer> readOn = new TreeMap<>();

  /** Those of them that were not known at the start. */
  private final Set<String> newcomers = new HashSet<>();

  /** What the key told that was read last before the start: it knows best how full it was. */
  private long newestOfBeforeMs = Long.MIN_VALUE;

  private double[] fullnessBefore = {};

  /** Keys known at the start that came back since or ended, by the day of their reading before. */
  private final Map<Long, Integer> heardOf = new HashMap<>();

  private long lookedMs;

  /** Read by metrics, which have a thread of their own. */
  private volatile int taken;

  /**
   * @param keyGroups of the job: keys fall to instances by groups, and groups are not divisible
   */
  NoveltyPlaces(int maxKeys, int instances, int keyGroups, LongSupplier clockMs) {
    this.places = placesOf(maxKeys, instances, keyGroups);
    this.evenShare = (double) maxKeys / instances;
    this.clockMs = clockMs;
  }

  /**
   * So many that all instances together judge {@code maxKeys} although keys do not fall evenly: the
   * share of the largest instance, and four standard deviations of chance.
   */
  static int placesOf(int maxKeys, int instances, int keyGroups) {
    double largest = Math.ceil((double) keyGroups / instances) / keyGroups * maxKeys;
    return (int) Math.min(maxKeys, Math.ceil(largest + 4 * Math.sqrt(largest)));
  }

  int places() {
    return places;
  }

  /** How many keys have a place: those read since the start, and those that may come back. */
  int taken() {
    return taken;
  }

  /**
   * A key has a reading. True when it is judged: it keeps its place, or takes one that is free. A
   * known key that is not judged has lost its place, and is to be forgotten.
   *
   * @param key told how full it is here, for the next start
   */
  boolean mayJudge(String name, NoveltyKey key) {
    forgetTheIdle();
    boolean isNewcomer = newcomers.contains(name);
    if (key.known && !isNewcomer) {
      hearOfBefore(name, key);
    } else if (count() >= places + (isNewcomer ? 1 : 0)) {
      return false;
    } else {
      newcomers.add(name);
    }
    long nowMs = clockMs.getAsLong();
    readOn.merge(dayOf(nowMs), 1, Integer::sum);
    leaveDay(readMs.put(name, nowMs));
    taken = count();
    key.readAtMs = nowMs;
    key.fullness = fullness(dayOf(nowMs));
    return true;
  }

  /** A key has ended, or lost its place. */
  void forget(String name, NoveltyKey key) {
    if (!newcomers.remove(name) && key.known) {
      hearOfBefore(name, key);
    }
    leaveDay(readMs.remove(name));
    taken = count();
  }

  /** Keys read since the start, and those that may come back. */
  private int count() {
    double away = 0;
    for (int daysBefore = 0; daysBefore < fullnessBefore.length; daysBefore++) {
      away += awaySince(dayOf(newestOfBeforeMs) - daysBefore);
    }
    return readMs.size() + (int) Math.round(away);
  }

  /** How many keys may come back that had their last reading on that day, before the start. */
  private double awaySince(long day) {
    long daysBefore = dayOf(newestOfBeforeMs) - day;
    boolean isForgotten = clockMs.getAsLong() >= (day + 1) * DAY_MS + KEPT_MS;
    if (isForgotten || daysBefore < 0 || daysBefore >= fullnessBefore.length) {
      return 0;
    }
    double before = fullnessBefore[(int) daysBefore] * evenShare;
    return Math.max(0, before - heardOf.getOrDefault(day, 0));
  }

  /** All keys that have a place, by the days from their last reading until today. */
  private double[] fullness(long today) {
    long first = readOn.firstKey();
    for (int daysBefore = 0; daysBefore < fullnessBefore.length; daysBefore++) {
      long day = dayOf(newestOfBeforeMs) - daysBefore;
      first = awaySince(day) > 0 ? Math.min(first, day) : first;
    }
    double[] fullness = new double[(int) (today - first) + 1];
    for (long day = first; day <= today; day++) {
      double keys = readOn.getOrDefault(day, 0) + awaySince(day);
      fullness[(int) (today - day)] = keys / evenShare;
    }
    return fullness;
  }

  /** The first time that a key is heard of which was known at the start. */
  private void hearOfBefore(String name, NoveltyKey key) {
    if (readMs.containsKey(name)) {
      return;
    }
    heardOf.merge(dayOf(key.readAtMs), 1, Integer::sum);
    if (key.readAtMs > newestOfBeforeMs) {
      newestOfBeforeMs = key.readAtMs;
      fullnessBefore = key.fullness;
    }
  }

  private void forgetTheIdle() {
    long nowMs = clockMs.getAsLong();
    if (nowMs - lookedMs < LOOK_EVERY_MS) {
      return;
    }
    lookedMs = nowMs;
    Iterator<Map.Entry<String, Long>> eldest = readMs.entrySet().iterator();
    while (eldest.hasNext()) {
      Map.Entry<String, Long> each = eldest.next();
      if (nowMs - each.getValue() < KEPT_MS) {
        return;
      }
      newcomers.remove(each.getKey());
      leaveDay(each.getValue());
      eldest.remove();
    }
  }

  private void leaveDay(Long earlierMs) {
    if (earlierMs != null) {
      readOn.computeIfPresent(dayOf(earlierMs), (day, keys) -> keys > 1 ? keys - 1 : null);
    }
  }

  private static long dayOf(long timeMs) {
    return Math.floorDiv(timeMs, DAY_MS);
  }
}
