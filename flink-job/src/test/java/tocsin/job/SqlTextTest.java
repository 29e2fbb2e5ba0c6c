package tocsin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlTextTest {
  private static final Map<String, String> VALUES = Map.of("k", "3.0", "name", "readings");

  @Test
  void fillsPlaceholdersInsideAndOutsideOfQuotes() {
    assertThat(
            new SqlText("a.sql", "SELECT ${k} * x FROM `t_${name}` WHERE s = '${name}';")
                .statements(VALUES))
        .containsExactly("SELECT 3.0 * x FROM `t_readings` WHERE s = 'readings'");
  }

  @Test
  void namesFileAndPlaceholderWhenAValueIsMissing() {
    assertThatThrownBy(() -> new SqlText("a.sql", "SELECT ${mystery}").statements(VALUES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.sql")
        .hasMessageContaining("${mystery}");
  }

  @Test
  void splitsAtSemicolonsThatStandInNoQuoteAndNoComment() {
    assertThat(
            new SqlText(
                    "a.sql",
                    "-- first; not ${this}\nSELECT ';', \"a;b\", 'it''s; --no comment' /* ; */;\n"
                        + "SELECT 2 -- last;\n")
                .statements(VALUES))
        .containsExactly("SELECT ';', \"a;b\", 'it''s; --no comment'", "SELECT 2");
  }

  @Test
  void keepsHints() {
    assertThat(new SqlText("a.sql", "SELECT /*+ STATE_TTL('a'='1d') */ 1").statements(VALUES))
        .containsExactly("SELECT /*+ STATE_TTL('a'='1d') */ 1");
  }

  @Test
  void findsNoStatementInAFileOfComments() {
    assertThat(new SqlText("a.sql", "-- nothing\n/* at all */ ;;").statements(VALUES)).isEmpty();
  }

  @Test
  void namesTheFileOfAnOpenQuoteOrComment() {
    assertThatThrownBy(() -> new SqlText("a.sql", "SELECT 'x").statements(VALUES))
        .hasMessageContaining("a.sql");
    assertThatThrownBy(() -> new SqlText("b.sql", "SELECT 1 /* x").statements(VALUES))
        .hasMessageContaining("b.sql");
  }
}
