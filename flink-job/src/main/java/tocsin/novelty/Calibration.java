package tocsin.novelty;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What a raw measure is worth: −log10 of the fraction of readings that reached it, over a set of
 * recorded series. The tables are fixed and travel with the job; `npm run calibrate` makes them.
 */
public final class Calibration {
  private static final String RESOURCE = "calibration.json";

  private final double warn;
  private final double page;
  private final List<Table> tables;

  Calibration(double warn, double page, List<Table> tables) {
    this.warn = warn;
    this.page = page;
    this.tables = List.copyOf(tables);
  }

  /** The calibration in this jar. */
  public static Calibration shipped() {
    return Shipped.CALIBRATION;
  }

  /** A score from here on belongs in the digest. */
  public double warn() {
    return warn;
  }

  /** A score from here on pages. */
  public double page() {
    return page;
  }

  double[] calibrate(double[] measures) {
    double[] calibrated = new double[measures.length];
    for (int measure = 0; measure < measures.length; measure++) {
      calibrated[measure] = tables.get(measure).of(measures[measure]);
    }
    return calibrated;
  }

  private static Calibration read(InputStream json) throws IOException {
    JsonNode root = new ObjectMapper().readTree(json);
    List<Table> tables =
        Components.MEASURES.stream()
            .map(name -> Table.of(name, root.at("/tables/" + name)))
            .toList();
    return new Calibration(
        root.required("warn_threshold").asDouble(),
        root.required("page_threshold").asDouble(),
        tables);
  }

  /** Read when first asked for, once for all models. */
  private static final class Shipped {
    static final Calibration CALIBRATION = load();

    private static Calibration load() {
      try (InputStream json = Calibration.class.getResourceAsStream(RESOURCE)) {
        if (json == null) {
          throw new IllegalStateException(RESOURCE + " is missing from the jar: build it anew");
        }
        return read(json);
      } catch (IOException e) {
        throw new UncheckedIOException(RESOURCE + " in the jar cannot be read", e);
      }
    }
  }
}
