package tocsin.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Gives every operator that Flink made from SQL an id of its own, so that its state is found again
 * by the next version of the job. The id holds the name of the SQL file and a hash of what the
 * operator does: an added or changed detector leaves the state of the others alone, and an operator
 * that does something else starts afresh instead of reading state that was never meant for it.
 *
 * <p>{@code table.exec.uid.generation} numbers the operators of the whole job instead, so that one
 * added detector would lose the state of all that come after it.
 */
final class OperatorIds {
  private static final int HASH_DIGITS = 12;

  /**
   * Flink numbers the operators of a whole JVM, as in {@code Calc[7]}: one added detector would
   * change the number of each that comes after it.
   */
  private static final Pattern NODE_NUMBER = Pattern.compile("\\[\\d+]");

  private static final Pattern NODE_LABEL = Pattern.compile("\\[\\d+]:");

  private final Map<String, Integer> uses = new HashMap<>();

  /** Names what was added to {@code env} since the last call. */
  void assign(String file, StreamExecutionEnvironment env) {
    for (Transformation<?> root : env.getTransformations()) {
      nameAll(file, root);
    }
  }

  private void nameAll(String file, Transformation<?> transformation) {
    for (Transformation<?> input : transformation.getInputs()) {
      nameAll(file, input);
    }
    if (transformation.getUid() == null) {
      String name = NODE_NUMBER.matcher(transformation.getName()).replaceAll("");
      String work = withoutLabels(transformation.getDescription());
      String hash = hash(name + "\n" + work);
      int use = uses.merge(file + hash, 1, Integer::sum);
      transformation.setUid(file + "-" + hash + "-" + use);
    }
  }

  /** Only what SQL made has a description. */
  private static String withoutLabels(String description) {
    return description == null ? "" : NODE_LABEL.matcher(description).replaceAll("");
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
