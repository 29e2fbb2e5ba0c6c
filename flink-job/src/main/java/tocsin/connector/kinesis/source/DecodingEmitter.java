package tocsin.connector.kinesis.source;

import java.io.IOException;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.util.Collector;
import tocsin.record.Aggregate;

/**
 * Decodes a record, emits it with its arrival as timestamp, then moves the shard's position past
 * it. An aggregate of the Kinesis Producer Library is decoded record by record; its position moves
 * behind the last of them, so that no checkpoint lies inside an aggregate. A broken one goes on as
 * it is: the reader of records then says why it cannot be read.
 */
final class DecodingEmitter<T> implements RecordEmitter<KinesisRecord, T, ShardProgress> {
  private final RecordDecoder<T> decoder;
  private final OutputCollector<T> collector = new OutputCollector<>();

  private final SourceMetrics metrics;

  DecodingEmitter(RecordDecoder<T> decoder, SourceMetrics metrics) {
    this.decoder = decoder;
    this.metrics = metrics;
  }

  @Override
  public void emitRecord(KinesisRecord record, SourceOutput<T> output, ShardProgress progress)
      throws IOException {
    collector.output = output;
    collector.timestampMs = record.arrival().toEpochMilli();
    try {
      if (Aggregate.isMarked(record.data())) {
        decodeAggregate(record);
      } else {
        decoder.decode(record, collector);
      }
    } catch (IOException error) {
      // Only the format throws it; what the operators behind throw passes as it is.
      throw new IOException(
          "cannot decode record " + record.sequenceNumber() + " of " + record.shardId(), error);
    }
    progress.emitted(record);
  }

  private void decodeAggregate(KinesisRecord aggregate) throws IOException {
    var parts = Aggregate.recordsOf(aggregate.data());
    if (parts.isEmpty()) {
      metrics.brokenAggregate();
      decoder.decode(aggregate, collector);
      return;
    }
    metrics.deaggregated(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      decoder.decode(aggregate.part(i, parts.get(i)), collector);
    }
  }

  private static final class OutputCollector<T> implements Collector<T> {
    private SourceOutput<T> output;
    private long timestampMs;

    @Override
    public void collect(T element) {
      output.collect(element, timestampMs);
    }

    @Override
    public void close() {
      // The output belongs to the reader.
    }
  }
}
