package tocsin.rules;

import java.util.ArrayList;
import java.util.List;

/** Who judges the readings of one subject, by the place of their kind in {@link RuleKind}. */
final class Judges {
  private static final Judge[] NONE = {};
  private static final Judge[][] NOBODY = new Judge[RuleKind.values().length][];

  static {
    java.util.Arrays.fill(NOBODY, NONE);
  }

  private final Judge[][] current;

  /** Of rules that ceased to judge the subject: one row more, with its next reading in time. */
  private Judge[][] retired;

  Judges(List<Judge> current, List<Judge> retired) {
    this.current = byKind(current);
    this.retired = byKind(retired);
  }

  private static Judge[][] byKind(List<Judge> judges) {
    if (judges.isEmpty()) {
      return NOBODY;
    }
    Judge[][] byKind = NOBODY.clone();
    for (RuleKind kind : RuleKind.values()) {
      List<Judge> ofKind = new ArrayList<>(judges);
      ofKind.removeIf(judge -> judge.kind() != kind);
      byKind[kind.ordinal()] = ofKind.isEmpty() ? NONE : ofKind.toArray(NONE);
    }
    return byKind;
  }

  boolean isNobody() {
    return current == NOBODY && retired == NOBODY;
  }

  Judge[] current(RuleKind kind) {
    return current[kind.ordinal()];
  }

  Judge[] retired(RuleKind kind) {
    return retired[kind.ordinal()];
  }

  /** The retired rules have had their row. */
  void forgetRetired() {
    retired = NOBODY;
  }
}
