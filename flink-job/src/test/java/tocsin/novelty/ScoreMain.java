package tocsin.novelty;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Scores recorded series without a job. Arguments: data folder, output folder. */
public final class ScoreMain {
  private static final long SEED = 1;

  private ScoreMain() {}

  public static void main(String[] args) throws IOException {
    Path out = Path.of(args[1]);
    RecordedSeries.readAll(Path.of(args[0])).parallelStream().forEach(each -> score(each, out));
  }

  private static void score(RecordedSeries series, Path out) {
    try {
      Path file = out.resolve(series.name());
      Files.createDirectories(file.getParent());
      NoveltyModel model = new NoveltyModel(SEED);
      try (PrintWriter csv = new PrintWriter(Files.newBufferedWriter(file))) {
        csv.println("timestamp,value,anomaly_score,windows_only");
        for (int row = 0; row < series.size(); row++) {
          Score score = model.update(series.times()[row], series.values()[row]);
          double forest = score.contributions()[Components.NAMES.indexOf("forest")];
          csv.println(
              series.lines().get(row) + "," + score.total() + "," + (score.total() - forest));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
