package tocsin.functions;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.api.dataview.MapView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.novelty.NoveltyModel;
import tocsin.novelty.UnsupportedVersion;

/**
 * The models that one instance of NOVELTY keeps on the heap, because forests are too large to be
 * read and written with each reading. State holds each model as it was some readings ago, and the
 * readings that it has learned since: what is made of both is the same model, to the bit. Where
 * there are too many, the model whose last reading is the longest ago makes way; it is made anew
 * from state when its key has a reading.
 */
final class LiveModels {
  private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);

  /** One seed for all: what a metric scores must not depend on what it is called. */
  private static final long SEED = 1;

  /** Place of the only saved model. */
  private static final int MODEL = 0;

  /** A reading that a model learned after it was last saved. */
  public static final class Learned {
    public long timeMs;
    public double value;

    public Learned() {}

    Learned(long timeMs, double value) {
      this.timeMs = timeMs;
      this.value = value;
    }
  }

  /** A model, and how many readings it has learned since it was saved. */
  static final class Live {
    final NoveltyModel model;
    int unsaved;

    private Live(NoveltyModel model) {
      this.model = model;
    }
  }

  private final LinkedHashMap<String, Live> byKey = new LinkedHashMap<>(16, 0.75f, true);
  private final int most;

  /** Read by metrics, which have a thread of their own. */
  private volatile long startedAfresh;

  LiveModels(int most) {
    this.most = most;
  }

  /** How many models had a state that this build cannot go on from. */
  long startedAfresh() {
    return startedAfresh;
  }

  /** The key's model: as it lives, as its state has it, or a new one. */
  Live get(String key, NoveltyKey known, MapView<Integer, byte[]> saved, ListView<Learned> since)
      throws Exception {
    Live live = known.known ? byKey.get(key) : null;
    if (live == null) {
      live = restored(key, known, saved, since);
      byKey.put(key, live);
      makeRoom();
    }
    return live;
  }

  void forget(String key) {
    byKey.remove(key);
  }

  static void save(Live live, MapView<Integer, byte[]> saved, ListView<Learned> since)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    live.model.save(new DataOutputStream(bytes));
    saved.put(MODEL, bytes.toByteArray());
    since.clear();
    live.unsaved = 0;
  }

  private void makeRoom() {
    Iterator<Map.Entry<String, Live>> eldest = byKey.entrySet().iterator();
    while (byKey.size() > most) {
      eldest.next();
      eldest.remove();
    }
  }

  private Live restored(
      String key, NoveltyKey known, MapView<Integer, byte[]> saved, ListView<Learned> since)
      throws Exception {
    Live live = new Live(new NoveltyModel(SEED));
    byte[] bytes = saved.get(MODEL);
    try {
      if (bytes != null) {
        live = new Live(NoveltyModel.restore(new DataInputStream(new ByteArrayInputStream(bytes))));
      } else if (known.saved) {
        startsAfresh(key, "its saved model has expired");
        known.saved = false;
      }
    } catch (UnsupportedVersion unreadable) {
      startsAfresh(key, unreadable.getMessage());
      saved.clear();
      known.saved = false;
    }
    // Where the saved part is lost, what came after it is a beginning.
    for (Learned each : since.get()) {
      live.model.update(each.timeMs, each.value);
      live.unsaved++;
    }
    return live;
  }

  private void startsAfresh(String key, String reason) {
    startedAfresh++;
    LOG.warn("NOVELTY of {} starts afresh: {}", key.replace((char) 31, '/'), reason);
  }
}
