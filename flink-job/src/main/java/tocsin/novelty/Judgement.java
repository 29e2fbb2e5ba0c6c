package tocsin.novelty;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Makes one score of a reading's raw measures: calibrated, grouped, set against its own past. */
final class Judgement {
  /** Half of a score is the reading's own, half is what lasts: one odd reading counts for less. */
  private static final double LASTING = 0.5;

  private static final double LASTING_GAIN = 0.3;

  /** After this many readings a model is half believed; short pasts make everything look new. */
  private static final double DOUBT = 100;

  private static final int RARITY = Components.GROUPS;

  private final Calibration calibration;
  private final double[] lasting = new double[Components.NAMES.size()];
  private Rarity rarity = new Rarity();
  private long learned;

  Judgement(Calibration calibration) {
    this.calibration = calibration;
  }

  boolean warm() {
    return learned >= NoveltyModel.WARM_READINGS;
  }

  long learned() {
    return learned;
  }

  /** The score of a reading; remembers it when {@code learns}. */
  Score judge(double[] measures, boolean learns) {
    boolean warm = warm();
    double[] parts = warm ? parts(measures) : new double[lasting.length];
    Score score = score(parts, warm);
    if (learns) {
      learned++;
      for (int part = 0; part < parts.length; part++) {
        lasting[part] = lasting(part, parts[part]);
      }
      if (warm) {
        rarity.learn(sumOfGroups(parts));
      }
    }
    return score;
  }

  /** What the reading itself is worth: the groups, and the rarity of their sum. */
  private double[] parts(double[] measures) {
    double[] parts = Components.grouped(calibration.calibrate(measures));
    parts[RARITY] = rarity.of(sumOfGroups(parts));
    return parts;
  }

  private Score score(double[] parts, boolean warm) {
    double belief = (learned + 1) / (learned + 1 + DOUBT);
    double[] contributions = new double[parts.length];
    double total = 0;
    for (int part = 0; part < parts.length; part++) {
      contributions[part] =
          belief * ((1 - LASTING) * parts[part] + LASTING * lasting(part, parts[part]));
      total += contributions[part];
    }
    return new Score(total, contributions, warm);
  }

  private double lasting(int part, double now) {
    return LASTING_GAIN * now + (1 - LASTING_GAIN) * lasting[part];
  }

  private static double sumOfGroups(double[] parts) {
    double sum = 0;
    for (int group = 0; group < Components.GROUPS; group++) {
      sum += parts[group];
    }
    return sum;
  }

  void save(DataOutput out) throws IOException {
    out.writeLong(learned);
    Numbers.save(lasting, out);
    rarity.save(out);
  }

  static Judgement restore(Calibration calibration, DataInput in) throws IOException {
    Judgement judgement = new Judgement(calibration);
    judgement.learned = in.readLong();
    Numbers.restore(judgement.lasting, in);
    judgement.rarity = Rarity.restore(in);
    return judgement;
  }
}
