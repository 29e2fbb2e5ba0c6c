package tocsin.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tocsin.novelty.NoveltyModel;

/**
 * Seeded readings of three pumps, each with the score that a model gives it which nothing disturbs:
 * what a job must say of them, whatever happens to it meanwhile.
 */
final class JudgedPumps {
  static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":[\"bar\"],\"out_of_order_ms\":0}]}";

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int STEP_SECONDS = 600;

  /** Every pump reports at each step that it divides. */
  private static final Map<String, Integer> EVERY = Map.of("a", 1, "b", 2, "c", 8);

  private JudgedPumps() {}

  /**
   * One reading as it was put, and the score that an undisturbed model gives it.
   *
   * @param old it tells of a time long before the readings around it
   */
  record Judged(String line, String sequenceNumber, Instant at, String score, boolean old) {}

  /** How many readings that many steps give, the late ones with them. */
  static int readings(int steps) {
    int count = 0;
    for (int step = 0; step < steps; step++) {
      for (int every : EVERY.values()) {
        count += step % every == 0 ? 1 : 0;
      }
      count += isLate(step) ? 1 : 0;
    }
    return count;
  }

  static List<String> lines(List<Judged> judged) {
    return judged.stream().map(Judged::line).toList();
  }

  /** Now and then the first pump reports something of long ago, too. */
  private static boolean isLate(int step) {
    return step % 100 == 99;
  }

  static List<Judged> judged(int steps) {
    Random random = new Random(7);
    Map<String, NoveltyModel> models = new HashMap<>();
    List<Judged> judged = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      for (String pump : EVERY.keySet().stream().sorted().toList()) {
        if (step % EVERY.get(pump) == 0) {
          double bar = 10 + 3 * Math.sin(step / 23.0) + random.nextGaussian() / 4;
          bar += random.nextInt(90) == 0 ? 8 : 0;
          judged.add(judge(models, pump, step, bar, judged.size(), false));
        }
      }
      if (isLate(step)) {
        judged.add(judge(models, "a", step - 50, 40, judged.size(), true));
      }
    }
    return judged;
  }

  private static Judged judge(
      Map<String, NoveltyModel> models,
      String pump,
      int step,
      double bar,
      int number,
      boolean old) {
    Instant at = START.plusSeconds((long) step * STEP_SECONDS);
    String raw = "{\"pump\":\"%s\",\"bar\":%s,\"at\":%d}".formatted(pump, bar, at.toEpochMilli());
    double score =
        models
            .computeIfAbsent(pump, first -> new NoveltyModel(1))
            .update(at.toEpochMilli(), bar)
            .total();
    return new Judged(
        LiveJob.record("shard", number, at, raw),
        String.valueOf(number),
        at,
        String.valueOf(score),
        old);
  }
}
