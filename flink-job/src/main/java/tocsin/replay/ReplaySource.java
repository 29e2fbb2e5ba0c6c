package tocsin.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import tocsin.rules.NoSplit;

/**
 * Archived records from one file, from its first line to its last, in place of the input streams: a
 * backtest puts them there in the order of arrival. Flink's own file source keeps no order between
 * the parts of a large file. Keeps no place in the file: a replay that fails is run again.
 */
public final class ReplaySource implements Source<RowData, NoSplit, Void> {
  private static final long serialVersionUID = 1;
  private static final long TELL_EVERY_MS = 500;
  private static final int LOOK_AT_CLOCK_EVERY = 1_000;

  private final String file;

  /**
   * @param file JSON lines in the order of arrival, see {@link ReplayLine}
   */
  public ReplaySource(String file) {
    this.file = file;
  }

  /** Columns of the view {@code records}. */
  public static DataType type() {
    return DataTypes.ROW(
            DataTypes.FIELD("stream", DataTypes.STRING()),
            DataTypes.FIELD("arrival_time", DataTypes.TIMESTAMP_LTZ(3)),
            DataTypes.FIELD("shard_id", DataTypes.STRING()),
            DataTypes.FIELD("sequence_number", DataTypes.STRING()),
            DataTypes.FIELD("data", DataTypes.BYTES()))
        .notNull()
        .bridgedTo(RowData.class);
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<RowData, NoSplit> createReader(SourceReaderContext context) {
    return new Reader();
  }

  @Override
  public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SplitEnumerator<NoSplit, Void> restoreEnumerator(
      SplitEnumeratorContext<NoSplit> context, Void nothing) {
    return new NoSplit.Enumerator();
  }

  @Override
  public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
    return new NoSplit.Serializer<>();
  }

  @Override
  public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
    return new NoSplit.Serializer<>();
  }

  private final class Reader implements SourceReader<RowData, NoSplit> {
    private BufferedReader lines;
    private long read;
    private long toldAtMs = System.currentTimeMillis();

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> output) throws IOException {
      if (lines == null) {
        lines = Files.newBufferedReader(Path.of(file));
      }
      String line = lines.readLine();
      if (line == null) {
        tell();
        return InputStatus.END_OF_INPUT;
      }
      ReplayLine.rowsOf(line, output::collect);
      read++;
      if (read % LOOK_AT_CLOCK_EVERY == 0
          && System.currentTimeMillis() - toldAtMs >= TELL_EVERY_MS) {
        tell();
      }
      return InputStatus.MORE_AVAILABLE;
    }

    /** On standard output, where the embedded job says how far it is. */
    private void tell() {
      toldAtMs = System.currentTimeMillis();
      System.out.println("{\"event\":\"progress\",\"records\":" + read + "}");
    }

    @Override
    public List<NoSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void addSplits(List<NoSplit> splits) {}

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() throws IOException {
      if (lines != null) {
        lines.close();
      }
    }
  }
}
