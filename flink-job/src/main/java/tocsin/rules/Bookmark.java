package tocsin.rules;

/**
 * Where a step of a series found the series' state the last time: it belongs to the judge that
 * makes the series' rows, which has just been looked up anyway. To look for the state once more is,
 * with many series, a wait for memory in each step.
 *
 * <p>A row cannot hold it, because SQL copies columns and knows no such thing. So the judge leaves
 * it in the task ({@link Passing}) while its row passes through the steps that are chained to it.
 * It is a hint: who takes it checks that it is of the row's series.
 */
public class Bookmark {
  private Object keeper;
  private Object found;

  /** What that keeper has put here, or null. */
  public final Object foundBy(Object asking) {
    return keeper == asking ? found : null;
  }

  /**
   * Has memory on its way to the processor that the row's step will ask for ({@link Prefetched}).
   */
  final int prefetch() {
    return found instanceof Prefetched known ? known.prefetch() : 0;
  }

  /** True when nobody has put anything here: what another keeper has put is not taken away. */
  public final boolean isFree() {
    return keeper == null;
  }

  public final void put(Object newKeeper, Object newFound) {
    keeper = newKeeper;
    found = newFound;
  }

  /** Keeps nothing from the garbage collector any more. */
  public final void clear() {
    put(null, null);
  }

  /**
   * What is used soon after it was found in a bookmark. With many series each piece of memory that
   * a row needs is waited for. Who reads from several states first, before one of them is used,
   * waits for all of them at once.
   */
  public interface Prefetched {
    /** Reads what the next row will read; the number says nothing. */
    int prefetch();
  }

  /** The bookmark of the row that is passing through a task. */
  public static final class Passing {
    private static final ThreadLocal<Passing> OF_TASK = ThreadLocal.withInitial(Passing::new);

    private Bookmark bookmark = new Bookmark();

    private Passing() {}

    /** The same for all operators that are chained: to be asked for when they are opened. */
    public static Passing ofThisTask() {
      return OF_TASK.get();
    }

    public Bookmark bookmark() {
      return bookmark;
    }

    /** A row that it belongs to passes from now on. */
    public void set(Bookmark ofRow) {
      bookmark = ofRow;
    }
  }
}
