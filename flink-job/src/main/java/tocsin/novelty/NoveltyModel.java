package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How new is each reading of one metric, judged by the readings before it? Deterministic: the same
 * readings give the same scores, and a prefix of them gives the same first scores. Holds a bounded
 * state whatever it is fed, reads no clock, and knows neither names nor lengths.
 */
public final class NoveltyModel {
  /** Readings that a model must have learned before it judges. */
  public static final int WARM_READINGS = 150;

  private static final int VERSION = 1;

  /** Far outside any reading, and near enough that sums and squares stay finite. */
  private static final double LARGEST = 1e100;

  private final Measures measures;
  private final Judgement judgement;
  private long newestMs;

  /** A model that has seen nothing; the seed decides the forests' cuts. */
  public NoveltyModel(long seed) {
    this(new Measures(new Forests(seed)), new Judgement(Calibration.shipped()));
  }

  private NoveltyModel(Measures measures, Judgement judgement) {
    this.measures = measures;
    this.judgement = judgement;
  }

  /**
   * Judges a reading by what came before, then learns it. A reading older than the newest one is
   * judged and leaves no trace.
   */
  public Score update(long eventTimeMs, double value) {
    return judge(eventTimeMs, value, judgement.learned() == 0 || eventTimeMs >= newestMs);
  }

  /** Judges a reading by what came before, and leaves no trace of it. */
  public Score judge(long eventTimeMs, double value) {
    return judge(eventTimeMs, value, false);
  }

  private Score judge(long eventTimeMs, double value, boolean learns) {
    double bounded = Math.max(-LARGEST, Math.min(LARGEST, value));
    double[] measured = measures.measure(eventTimeMs, bounded);
    Score score = judgement.judge(measured, learns);
    if (learns) {
      measures.learn(eventTimeMs, eventTimeMs - newestMs, bounded, measured);
      newestMs = eventTimeMs;
    }
    return score;
  }

  /** Writes everything that later scores depend on, the version first. */
  public void save(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeLong(newestMs);
    judgement.save(out);
    measures.save(out);
  }

  /**
   * Reads what {@link #save} wrote; the model goes on as if it had never been away.
   *
   * @throws UnsupportedVersion when another version of this class wrote it
   */
  public static NoveltyModel restore(DataInput in) throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new UnsupportedVersion(version, VERSION);
    }
    long newestMs = in.readLong();
    Judgement judgement = Judgement.restore(Calibration.shipped(), in);
    NoveltyModel model = new NoveltyModel(Measures.restore(in), judgement);
    model.newestMs = newestMs;
    return model;
  }

  /** How many readings it has learned. */
  public long learned() {
    return judgement.learned();
  }
}
