package tocsin.functions;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which keys one instance of NOVELTY may judge, where there are more than it has places. A key that
 * was known when the instance started keeps its place, however many new ones come before its first
 * reading. State of Flink cannot say how many those are: so each key remembers, with each of its
 * readings, how full its instance was, and the first one that comes back tells. New keys that came
 * still earlier, and are too many by that, lose their places then.
 */
final class NoveltyPlaces {
  /** A key without a reading for so long is forgotten by Flink (the TTL of NOVELTY's state). */
  static final long KEPT_MS = 30L * 24 * 3_600_000;

  private static final long LOOK_EVERY_MS = 60_000;

  private final int places;
  private final double evenShare;
  private final LongSupplier clockMs;
  private final long startedMs;

  /** When each key had its last reading since the start, the longest ago first. */
  private final LinkedHashMap<String, Long> readMs = new LinkedHashMap<>(16, 0.75f, true);

  /** Those of them that were not known at the start. */
  private final Set<String> newcomers = new HashSet<>();

  private long newestOfBeforeMs = Long.MIN_VALUE;
  private int knownBefore;
  private int endedOfBefore;
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
    this.startedMs = clockMs.getAsLong();
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
   * A key has a reading. True when it is judged: it keeps its place, or takes one that is free.
   *
   * @param key told how full it is here, for the next start
   */
  boolean mayJudge(String name, NoveltyKey key) {
    forgetTheIdle();
    boolean isNewcomer = newcomers.contains(name);
    if (key.known && !isNewcomer) {
      hearOfBefore(name, key);
    } else if (count() >= places + (isNewcomer ? 1 : 0)) {
      forget(name);
      return false;
    } else {
      newcomers.add(name);
    }
    long nowMs = clockMs.getAsLong();
    readMs.put(name, nowMs);
    taken = count();
    key.readAtMs = nowMs;
    key.fullness = taken / evenShare;
    return true;
  }

  /** A key has ended, or lost its place. */
  void forget(String name) {
    if (!newcomers.remove(name)) {
      endedOfBefore += readMs.containsKey(name) ? 1 : 0;
    }
    readMs.remove(name);
    taken = count();
  }

  private int count() {
    int returned = readMs.size() - newcomers.size();
    boolean mayComeBack = clockMs.getAsLong() - startedMs < KEPT_MS;
    return newcomers.size()
        + (mayComeBack ? Math.max(returned, knownBefore - endedOfBefore) : returned);
  }

  /** The key that was read last knows best how full it was. */
  private void hearOfBefore(String name, NoveltyKey key) {
    if (!readMs.containsKey(name) && key.readAtMs > newestOfBeforeMs) {
      newestOfBeforeMs = key.readAtMs;
      knownBefore = (int) Math.round(key.fullness * evenShare);
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
      eldest.remove();
    }
  }
}
