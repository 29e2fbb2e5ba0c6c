package tocsin.job;

/** Pumps whose readings are counted in windows, and what tells that a reading was judged at all. */
final class BurstingPumps {
  static final long BOUND_MS = 300;

  static final String SOURCES =
      "{\"sources\":[{\"name\":\"pumps\",\"match\":{\"fields\":[\"pump\"]},\"entity\":\"pump\","
          + "\"time\":\"at\",\"metrics\":[\"bar\"],\"out_of_order_ms\":"
          + BOUND_MS
          + "}]}";

  /** Raised for a pump with three readings in one window. */
  static final String BURST =
      "{\"id\":\"burst\",\"kind\":\"window\",\"source\":\"pumps\",\"metric\":\"bar\","
          + "\"window\":\"tumbling\",\"aggregate\":\"count\",\"high\":2}";

  /** Raised at once for a reading of 101. */
  static final String RUNNING =
      "{\"id\":\"running\",\"kind\":\"limits\",\"source\":\"pumps\",\"metric\":\"bar\",\"high\":100}";

  private BurstingPumps() {}
}
