package tocsin.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The text of one SQL file: fills its placeholders and takes it apart into statements. Knows
 * comments and quotes, so that a semicolon or a {@code ${name}} inside a comment means nothing.
 */
public final class SqlText {
  private final String file;
  private final String text;

  public SqlText(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /**
   * The statements with every placeholder filled, without comments and closing semicolons.
   *
   * @throws IllegalArgumentException that names file and placeholder when a value is missing, or
   *     the file when a quote or a comment is not closed
   */
  public List<String> statements(Map<String, String> values) {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("--", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at) && !text.startsWith("/*+", at)) {
        at = closing("*/", at + 2, "comment") + 2;
        statement.append(' ');
      } else if (c == '\'' || c == '"' || c == '`') {
        int end = closing(String.valueOf(c), at + 1, "quote " + c);
        statement.append(filled(text.substring(at, end + 1), values));
        at = end + 1;
      } else if (c == ';') {
        addTo(statements, statement);
        at++;
      } else if (text.startsWith("${", at)) {
        int end = closing("}", at, "placeholder");
        statement.append(filled(text.substring(at, end + 1), values));
        at = end + 1;
      } else {
        statement.append(c);
        at++;
      }
    }
    addTo(statements, statement);
    return statements;
  }

  private static void addTo(List<String> statements, StringBuilder statement) {
    String sql = statement.toString().strip();
    if (!sql.isEmpty()) {
      statements.add(sql);
    }
    statement.setLength(0);
  }

  /** Fills every placeholder of a piece of the file. */
  private String filled(String piece, Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    int at = 0;
    for (int start = piece.indexOf("${"); start >= 0; start = piece.indexOf("${", at)) {
      int end = piece.indexOf('}', start);
      if (end < 0) {
        throw new IllegalArgumentException(file + ": a placeholder is not closed: " + piece);
      }
      String name = piece.substring(start + 2, end);
      String value = values.get(name);
      if (value == null) {
        throw new IllegalArgumentException(
            file
                + ": placeholder ${"
                + name
                + "} has no value; add the property '"
                + name
                + "' to the job's property group");
      }
      filled.append(piece, at, start).append(value);
      at = end + 1;
    }
    return filled.append(piece.substring(at)).toString();
  }

  private int closing(String mark, int from, String what) {
    int end = text.indexOf(mark, from);
    if (end < 0) {
      throw new IllegalArgumentException(file + ": a " + what + " is not closed");
    }
    return end;
  }
}
