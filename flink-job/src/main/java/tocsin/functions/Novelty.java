package tocsin.functions;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.ArgumentTrait;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.dataview.ListView;
import org.apache.flink.table.api.dataview.MapView;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.types.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.novelty.Components;
import tocsin.novelty.NoveltyModel;
import tocsin.novelty.Score;
import tocsin.novelty.UnsupportedVersion;

/**
 * {@code NOVELTY(TABLE readings PARTITION BY subject)}: each reading with how new it is, judged by
 * the readings of its partition that came before it. The table has the columns {@code subject},
 * {@code value}, {@code event_time} and {@code rule_retired}; a retired rule's row forgets the
 * partition and has a score of zero.
 *
 * <p>A model lives on the heap, because its forests are too large to be read and written with each
 * row. State holds it as it was some readings ago, and the readings that it has learned since: what
 * is restored of both is the same model, to the bit.
 */
@DataTypeHint(
    "ROW<score DOUBLE NOT NULL, contributions MAP<STRING NOT NULL, DOUBLE NOT NULL> NOT NULL, warm BOOLEAN NOT NULL>")
public final class Novelty extends ProcessTableFunction<Row> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(Novelty.class);

  /** One seed for all: what a metric scores must not depend on what it is called. */
  private static final long SEED = 1;

  private static final int SAVED_EVERY = 1_000;

  /** Models kept live by one instance; a model that made way is restored with its next reading. */
  private static final int MOST_LIVE = 10_000;

  /** Place of the only saved model. */
  private static final int MODEL = 0;

  private transient Map<String, Live> models;

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
  private static final class Live {
    final NoveltyModel model;
    int unsaved;

    Live(NoveltyModel model) {
      this.model = model;
    }
  }

  public void eval(
      Context context,
      @StateHint MapView<Integer, byte[]> saved,
      @StateHint ListView<Learned> since,
      @ArgumentHint({ArgumentTrait.SET_SEMANTIC_TABLE, ArgumentTrait.PASS_COLUMNS_THROUGH})
          Row reading)
      throws Exception {
    if (models == null) {
      models = new NewestUsed();
    }
    String key = reading.getFieldAs("subject");
    if (reading.<Boolean>getFieldAs("rule_retired")) {
      models.remove(key);
      context.clearAllState();
      collect(Row.of(0.0, Map.of(), false));
      return;
    }
    Live live = models.get(key);
    if (live == null) {
      live = restored(key, saved, since);
      models.put(key, live);
    }
    long timeMs = reading.<Instant>getFieldAs("event_time").toEpochMilli();
    double value = reading.<Double>getFieldAs("value");
    long learnedBefore = live.model.learned();
    Score score = live.model.update(timeMs, value);
    if (live.model.learned() > learnedBefore) {
      since.add(new Learned(timeMs, value));
      live.unsaved++;
    }
    if (live.unsaved >= SAVED_EVERY) {
      saved.put(MODEL, bytes(live.model));
      since.clear();
      live.unsaved = 0;
    }
    collect(Row.of(score.total(), named(score), score.warm()));
  }

  /** The model of the state; a fresh one where there is none that this build can read. */
  private static Live restored(String key, MapView<Integer, byte[]> saved, ListView<Learned> since)
      throws Exception {
    Live live = new Live(new NoveltyModel(SEED));
    byte[] bytes = saved.get(MODEL);
    try {
      if (bytes != null) {
        live = new Live(NoveltyModel.restore(new DataInputStream(new ByteArrayInputStream(bytes))));
      }
    } catch (UnsupportedVersion unknown) {
      LOG.warn("{}: {}", key, unknown.getMessage());
      saved.clear();
    }
    for (Learned each : since.get()) {
      live.model.update(each.timeMs, each.value);
      live.unsaved++;
    }
    return live;
  }

  private static byte[] bytes(NoveltyModel model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.save(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Map<String, Double> named(Score score) {
    Map<String, Double> named = new HashMap<>();
    for (int part = 0; score.warm() && part < score.contributions().length; part++) {
      named.put(Components.NAMES.get(part), score.contributions()[part]);
    }
    return named;
  }

  /** Forgets the model whose last reading is the longest ago once there are too many. */
  private static final class NewestUsed extends LinkedHashMap<String, Live> {
    private static final long serialVersionUID = 1;

    NewestUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Live> eldest) {
      return size() > MOST_LIVE;
    }
  }
}
