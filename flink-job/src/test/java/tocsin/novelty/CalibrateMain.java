package tocsin.novelty;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Makes calibration tables from recorded series, and scores series with them. Arguments: the data
 * folder, the output folder, and a JSON file {@code {"folds": [["train/a.csv", …], …]}}. Writes
 * `tables.json` (from all series), `all/SERIES.csv` (scores by those tables), and for fold i
 * `i/SERIES.csv`: every series, scored by tables from the fold's training series only.
 */
public final class CalibrateMain {
  private static final long SEED = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CalibrateMain() {}

  public static void main(String[] args) throws IOException {
    Path out = Path.of(args[1]);
    List<RecordedSeries> series = RecordedSeries.readAll(Path.of(args[0]));
    Map<String, double[][]> measured = new HashMap<>();
    series.parallelStream()
        .map(each -> Map.entry(each.name(), measure(each)))
        .sequential()
        .forEach(entry -> measured.put(entry.getKey(), entry.getValue()));

    List<Table> tables = tables(series, measured);
    Files.createDirectories(out);
    JSON.writeValue(out.resolve("tables.json").toFile(), json(tables));
    score(series, measured, tables, out.resolve("all"));
    int fold = 0;
    for (var names : JSON.readTree(Path.of(args[2]).toFile()).required("folds")) {
      Set<String> training = new HashSet<>();
      StreamSupport.stream(names.spliterator(), false).forEach(name -> training.add(name.asText()));
      List<RecordedSeries> chosen =
          series.stream().filter(each -> training.contains(each.name())).toList();
      score(series, measured, tables(chosen, measured), out.resolve(String.valueOf(fold++)));
    }
  }

  private static double[][] measure(RecordedSeries series) {
    Measures measures = new Measures(new Forests(SEED));
    double[][] rows = new double[series.size()][];
    for (int row = 0; row < rows.length; row++) {
      long time = series.times()[row];
      double value = series.values()[row];
      rows[row] = measures.measure(time, value);
      long since = row == 0 ? 0 : time - series.times()[row - 1];
      measures.learn(time, since, value, rows[row]);
    }
    return rows;
  }

  private static List<Table> tables(List<RecordedSeries> series, Map<String, double[][]> measured) {
    List<double[][]> rows = series.stream().map(each -> measured.get(each.name())).toList();
    return Components.MEASURES.stream()
        .map(name -> TableMaker.make(rows, Components.MEASURES.indexOf(name)))
        .toList();
  }

  private static ObjectNode json(List<Table> tables) {
    ObjectNode root = JSON.createObjectNode();
    for (int measure = 0; measure < tables.size(); measure++) {
      ArrayNode pairs = root.putArray(Components.MEASURES.get(measure));
      Table table = tables.get(measure);
      for (int place = 0; place < table.at().length; place++) {
        pairs.addArray().add(table.at()[place]).add(table.worth()[place]);
      }
    }
    return root;
  }

  private static void score(
      List<RecordedSeries> series, Map<String, double[][]> measured, List<Table> tables, Path out)
      throws IOException {
    Calibration calibration = new Calibration(0, 0, tables);
    for (RecordedSeries each : series) {
      Path file = out.resolve(each.name());
      Files.createDirectories(file.getParent());
      Judgement judgement = new Judgement(calibration);
      double[][] rows = measured.get(each.name());
      try (PrintWriter csv = new PrintWriter(Files.newBufferedWriter(file))) {
        csv.println("timestamp,value,anomaly_score,windows_only");
        for (int row = 0; row < rows.length; row++) {
          Score score = judgement.judge(rows[row], true);
          double forest = score.contributions()[Components.NAMES.indexOf("forest")];
          csv.println(each.lines().get(row) + "," + score.total() + "," + (score.total() - forest));
        }
      }
    }
  }
}
