package tocsin.record;

import tocsin.record.ReadRecords.Reason;

/** Ends the reading of one record; made often, so it carries no stack trace. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  Refusal(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
