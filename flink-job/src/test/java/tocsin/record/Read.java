package tocsin.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/** Keeps what a reader of records said of one. */
final class Read implements ReadRecords {
  int calls;
  String source;
  String entity;
  long eventTime;
  long outOfOrderMs;
  Map<String, Double> metrics;
  Map<String, String> labels;
  int unreadable;
  String reject;
  String detail;
  String raw;

  @Override
  public void readings(
      String ofSource,
      String ofEntity,
      long eventTimeMs,
      long bound,
      Map<String, Double> numbers,
      Map<String, String> texts) {
    calls++;
    source = ofSource;
    entity = ofEntity;
    eventTime = eventTimeMs;
    outOfOrderMs = bound;
    metrics = numbers;
    labels = texts;
    assertThat(numbers).isNotEmpty();
    assertThat(numbers.values()).allMatch(Double::isFinite);
  }

  @Override
  public void unreadableMetrics(int count) {
    assertThat(calls).isZero();
    assertThat(count).isPositive();
    unreadable += count;
  }

  @Override
  public void reject(Reason reason, String ofSource, String why, String text) {
    calls++;
    source = ofSource;
    reject = reason.word();
    detail = why;
    raw = text;
  }
}
