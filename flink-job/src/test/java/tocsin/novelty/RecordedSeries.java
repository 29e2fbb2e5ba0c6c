package tocsin.novelty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/**
 * A recorded `timestamp,value` file.
 *
 * @param name its path below the data folder, with slashes
 * @param lines the rows as they stand in the file
 */
record RecordedSeries(String name, List<String> lines, long[] times, double[] values) {
  /** Every series below a folder, by name. */
  static List<RecordedSeries> readAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .map(file -> read(folder, file))
          .sorted((one, other) -> one.name.compareTo(other.name))
          .toList();
    }
  }

  private static RecordedSeries read(Path folder, Path file) {
    String name = folder.relativize(file).toString().replace('\\', '/');
    try {
      List<String> all = Files.readAllLines(file);
      List<String> lines = all.subList(1, all.size());
      long[] times = new long[lines.size()];
      double[] values = new double[lines.size()];
      for (int row = 0; row < times.length; row++) {
        String[] cells = lines.get(row).split(",");
        LocalDateTime time = LocalDateTime.parse(cells[0].replace(' ', 'T'));
        times[row] = time.toInstant(ZoneOffset.UTC).toEpochMilli();
        values[row] = Double.parseDouble(cells[1]);
      }
      return new RecordedSeries(name, lines, times, values);
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException(name + " is not a timestamp,value file", e);
    }
  }

  int size() {
    return times.length;
  }
}
