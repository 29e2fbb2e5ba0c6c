package tocsin.rules;

/** Rows that each reading of a subject becomes, and those that only the next one becomes. */
final class Judges {
  static final Judge[] NONE = {};

  final Judge[] current;
  Judge[] retired;

  Judges(Judge[] current, Judge[] retired) {
    this.current = current;
    this.retired = retired;
  }
}
