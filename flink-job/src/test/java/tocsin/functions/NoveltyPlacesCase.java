package tocsin.functions;

import java.util.HashMap;
import java.util.Map;

/** Readings of keys as NOVELTY treats them, with the state as Flink keeps it, and time by hand. */
abstract class NoveltyPlacesCase {
  static final int KEY_GROUPS = 128;

  long nowMs = 1_800_000_000_000L;

  /** As Flink keeps it, whichever instance reads it. */
  final Map<String, NoveltyKey> state = new HashMap<>();

  NoveltyPlaces places = started(2);

  NoveltyPlaces started(int maxKeys) {
    nowMs += 1_000;
    return new NoveltyPlaces(maxKeys, 1, KEY_GROUPS, () -> nowMs);
  }

  /** One reading of a key. */
  boolean judges(String name) {
    nowMs++;
    NoveltyKey key = state.get(name);
    if (key == null || nowMs - key.readAtMs >= NoveltyPlaces.KEPT_MS) {
      key = new NoveltyKey();
    }
    if (!places.mayJudge(name, key)) {
      if (key.known) {
        ends(name);
      }
      return false;
    }
    key.known = true;
    state.put(name, key);
    return true;
  }

  void judgesAgainAndAgain(String... names) {
    for (int round = 0; round < 2; round++) {
      for (String name : names) {
        judges(name);
      }
    }
  }

  void ends(String name) {
    places.forget(name, state.getOrDefault(name, new NoveltyKey()));
    state.remove(name);
  }
}
