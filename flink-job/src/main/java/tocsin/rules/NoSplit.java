package tocsin.rules;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Flink asks every source for splits; one that reads a single file has none, and so none is ever
 * made.
 */
public final class NoSplit implements SourceSplit {
  private NoSplit() {}

  @Override
  public String splitId() {
    return "none";
  }

  public static final class Enumerator implements SplitEnumerator<NoSplit, Void> {
    @Override
    public void start() {}

    @Override
    public void handleSplitRequest(int subtask, String host) {}

    @Override
    public void addSplitsBack(List<NoSplit> splits, int subtask) {}

    @Override
    public void addReader(int subtask) {}

    @Override
    public Void snapshotState(long checkpointId) {
      return null;
    }

    @Override
    public void close() {}
  }

  /** Writes nothing and reads nothing. */
  public static final class Serializer<T> implements SimpleVersionedSerializer<T> {
    @Override
    public int getVersion() {
      return 1;
    }

    @Override
    public byte[] serialize(T nothing) {
      return new byte[0];
    }

    @Override
    public T deserialize(int version, byte[] bytes) throws IOException {
      if (bytes.length > 0) {
        throw new IOException("a split was found where none can be");
      }
      return null;
    }
  }
}
