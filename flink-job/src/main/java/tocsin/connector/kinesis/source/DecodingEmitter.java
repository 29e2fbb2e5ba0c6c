package tocsin.connector.kinesis.source;

import java.io.IOException;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.util.Collector;

/**
 * Decodes a record, emits it with its arrival as timestamp, then moves the shard's position past
 * it.
 */
final class DecodingEmitter<T> implements RecordEmitter<KinesisRecord, T, ShardProgress> {
  private final RecordDecoder<T> decoder;
  private final OutputCollector<T> collector = new OutputCollector<>();

  DecodingEmitter(RecordDecoder<T> decoder) {
    this.decoder = decoder;
  }

  @Override
  public void emitRecord(KinesisRecord record, SourceOutput<T> output, ShardProgress progress)
      throws IOException {
    collector.output = output;
    collector.timestampMs = record.arrival().toEpochMilli();
    try {
      decoder.decode(record, collector);
    } catch (IOException error) {
      // Only the format throws it; what the operators behind throw passes as it is.
      throw new IOException(
          "cannot decode record " + record.sequenceNumber() + " of " + record.shardId(), error);
    }
    progress.emitted(record.sequenceNumber());
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
