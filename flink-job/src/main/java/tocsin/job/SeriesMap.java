package tocsin.job;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import tocsin.functions.AlarmState;
import tocsin.rules.Bookmark;

/**
 * The states of series by the 16 bytes of the column {@code series}. One plain array: with many
 * series no cache holds what a map of them takes, so each state says itself whose it is, and a
 * bookmark spares the look into the array. The bytes are of a cryptographic hash, so that they need
 * no other.
 */
final class SeriesMap {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int FIRST_SIZE = 1_024;

  /** Null where a place is free, as three of four are: one that is not is a wait for its memory. */
  private AlarmState[] states = new AlarmState[FIRST_SIZE];

  /** At each state's place, where it is also found, or null; read only where a bookmark changes. */
  private Bookmark[] bookmarks = new Bookmark[FIRST_SIZE];

  private int size;

  /** What the states took when each was put here; one more row makes none much larger. */
  private long bytes;

  /**
   * The state of a series, or null.
   *
   * @param bookmark where it may have been put, or that of another series
   */
  AlarmState get(byte[] series, Bookmark bookmark) {
    long head = head(series);
    long tail = tail(series);
    if (bookmark.foundBy(this) instanceof AlarmState marked && marked.belongsTo(head, tail)) {
      return marked;
    }
    int place = placeOf(head, tail);
    if (states[place] != null && bookmark.isFree()) {
      forgetBookmark(place);
      bookmark.put(this, states[place]);
      bookmarks[place] = bookmark;
    }
    return states[place];
  }

  /** Adds or replaces the state of a series. */
  void put(byte[] series, AlarmState state) {
    if (4 * size >= states.length) {
      enlarge();
    }
    state.belongTo(head(series), tail(series));
    int place = placeOf(head(series), tail(series));
    size += states[place] == null ? 1 : 0;
    bytes += state.bytes();
    forgetBookmark(place);
    states[place] = state;
  }

  long bytes() {
    return bytes;
  }

  List<AlarmState> states() {
    return Stream.of(states).filter(Objects::nonNull).toList();
  }

  void clear() {
    for (int place = 0; place < bookmarks.length; place++) {
      forgetBookmark(place);
    }
    Arrays.fill(states, null);
    size = 0;
    bytes = 0;
  }

  /** Where that series is, or the free place where it would be. */
  private int placeOf(long head, long tail) {
    int place = (int) head & states.length - 1;
    while (states[place] != null && !states[place].belongsTo(head, tail)) {
      place = place + 1 & states.length - 1;
    }
    return place;
  }

  private void enlarge() {
    AlarmState[] old = states;
    Bookmark[] oldBookmarks = bookmarks;
    states = new AlarmState[2 * old.length];
    bookmarks = new Bookmark[states.length];
    for (int from = 0; from < old.length; from++) {
      if (old[from] != null) {
        int place = placeOf(old[from].seriesHead(), old[from].seriesTail());
        states[place] = old[from];
        bookmarks[place] = oldBookmarks[from];
      }
    }
  }

  /** So that it keeps no state that is not here any more. */
  private void forgetBookmark(int place) {
    if (bookmarks[place] != null) {
      bookmarks[place].clear();
      bookmarks[place] = null;
    }
  }

  private static long head(byte[] series) {
    return (long) LONGS.get(series, 0);
  }

  private static long tail(byte[] series) {
    return (long) LONGS.get(series, Long.BYTES);
  }
}
