package tocsin.job;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What the job is told: every property of every property group, by name. On Managed Flink the
 * service writes them to a file; elsewhere a file of the same shape is named on the command line.
 */
public final class JobProperties {
  /** Any instant in the form that the connectors take. */
  private static final String UNUSED_START = "1970-01-01T00:00:00.000Z";

  private final Map<String, String> values;

  private JobProperties(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** The properties that Managed Flink hands to the application. */
  public static JobProperties ofManagedFlink() throws IOException {
    return of(KinesisAnalyticsRuntime.getApplicationProperties());
  }

  /** The properties in a file shaped like Managed Flink's {@code application_properties.json}. */
  public static JobProperties ofFile(String path) throws IOException {
    return of(KinesisAnalyticsRuntime.getApplicationProperties(path));
  }

  /** The given properties, for callers that hold them already. */
  public static JobProperties of(String group, Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return of(Map.of(group, properties));
  }

  private static JobProperties of(Map<String, Properties> groups) {
    Map<String, String> values = new TreeMap<>();
    groups.forEach(
        (group, properties) ->
            properties
                .stringPropertyNames()
                .forEach(
                    name -> {
                      String value = properties.getProperty(name);
                      String other = values.put(name, value);
                      if (other != null && !other.equals(value)) {
                        throw new IllegalArgumentException(
                            "property '"
                                + name
                                + "' has two values; one is in group '"
                                + group
                                + "'");
                      }
                    }));
    // SQL names the option always, and the connectors read it for AT_TIMESTAMP only.
    if (!"AT_TIMESTAMP".equals(values.get("start_position"))) {
      values.putIfAbsent("start_timestamp", UNUSED_START);
    }
    return new JobProperties(values);
  }

  public Map<String, String> asMap() {
    return values;
  }

  /**
   * @throws IllegalArgumentException that names the property when there is none
   */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("property '" + name + "' is missing");
    }
    return value;
  }

  /** A whole number of at least zero. */
  public long number(String name) {
    return toNumber(name, text(name));
  }

  public long numberOr(String name, long otherwise) {
    String value = values.get(name);
    return value == null ? otherwise : toNumber(name, value);
  }

  /** The input streams, as named by the property {@code inputs}: {@code name=arn,name=arn}. */
  public List<Input> inputs() {
    List<Input> inputs = new ArrayList<>();
    for (String entry : text("inputs").split(",")) {
      int equals = entry.indexOf('=');
      if (equals < 1 || equals == entry.length() - 1) {
        throw new IllegalArgumentException(
            "property 'inputs' must read name=arn,name=arn, but holds '" + entry + "'");
      }
      inputs.add(new Input(entry.substring(0, equals).trim(), entry.substring(equals + 1).trim()));
    }
    return inputs;
  }

  /** What the text of an input's table is filled with. */
  public Map<String, String> of(Input input) {
    Map<String, String> filled = new TreeMap<>(values);
    filled.put("input_name", input.name());
    filled.put("input_stream_arn", input.arn());
    String warm = values.get("warm_uri");
    // No option of our own where none is needed: Apache's connector refuses what it does not know.
    filled.put(
        "archive_option",
        warm == null ? "" : "'tocsin.archive.uri' = '" + warm + input.name() + "/manifest.json',");
    return filled;
  }

  private static long toNumber(String name, String value) {
    try {
      long number = Long.parseLong(value.trim());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // told below, with the property's name
    }
    throw new IllegalArgumentException(
        "property '" + name + "' must be a whole number of at least 0, but is '" + value + "'");
  }

  /** One input stream: its short name, as the column {@code stream} shows it, and its ARN. */
  public record Input(String name, String arn) {}
}
