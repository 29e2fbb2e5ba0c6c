package tocsin.rules;

import java.util.List;

/**
 * Who judges the readings of one subject. Two plain arrays: with many subjects none of this is in a
 * cache, and each thing to look up on the way is a wait for memory.
 */
final class Judges extends Subjects.Known<Judges> {
  private static final Judge[] NONE = {};
  private static final Bookmark NO_BOOKMARK = new Bookmark();

  private final Judge[] current;

  /** Of rules that ceased to judge the subject: one row more, with its next reading in time. */
  private Judge[] retired;

  /** The first two of those now: to prefetch for them does not wait for the array. */
  private final Bookmark first;

  private final Bookmark second;

  /** A bit for each kind that any of them has. */
  private final int kinds;

  Judges(List<Judge> current, List<Judge> retired) {
    this.current = current.toArray(NONE);
    this.retired = retired.toArray(NONE);
    this.first = current.isEmpty() ? NO_BOOKMARK : current.get(0);
    this.second = current.size() < 2 ? NO_BOOKMARK : current.get(1);
    int kindsOfAll = 0;
    for (List<Judge> judges : List.of(current, retired)) {
      for (Judge judge : judges) {
        kindsOfAll |= 1 << judge.kind().ordinal();
      }
    }
    this.kinds = kindsOfAll;
  }

  boolean isNobody() {
    return kinds == 0;
  }

  @Override
  int weight() {
    return 1 + current.length + retired.length;
  }

  /** False when there is none of that kind. */
  boolean mayHave(RuleKind kind) {
    return (kinds & 1 << kind.ordinal()) != 0;
  }

  /** As {@link Bookmark#prefetch}, for as many judges as are worth it. */
  int prefetch() {
    return first.prefetch() + second.prefetch();
  }

  Judge[] current() {
    return current;
  }

  Judge[] retired() {
    return retired;
  }

  /**
   * The retired rules have had their row. Written only where there are some: a reference written
   * into one of many old objects with each reading keeps the garbage collector busy.
   */
  void forgetRetired() {
    if (retired.length > 0) {
      retired = NONE;
    }
  }
}
