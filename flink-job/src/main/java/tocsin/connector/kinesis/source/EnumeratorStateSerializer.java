package tocsin.connector.kinesis.source;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Writes the enumerator's state into checkpoints. A change of the layout needs a new version and
 * keeps reading the old.
 */
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {
  private static final int VERSION = 2;

  /** Knew of no archive. */
  private static final int FIRST_VERSION = 1;

  private static final long NONE = Long.MIN_VALUE;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(EnumeratorState state) throws IOException {
    var out = new DataOutputSerializer(256);
    out.writeUTF(state.streamArn());
    ShardSplitSerializer.writePosition(state.start(), out);
    out.writeBoolean(state.discovered());
    out.writeInt(state.shards().size());
    for (var entry : state.shards()) {
      out.writeUTF(entry.shard().shardId());
      out.writeInt(entry.shard().parents().size());
      for (String parent : entry.shard().parents()) {
        out.writeUTF(parent);
      }
      out.writeUTF(entry.shard().startingHashKey().toString());
      ShardSplitSerializer.writePosition(entry.position(), out);
      out.writeByte(entry.status().code);
    }
    out.writeLong(state.archivedUntil() == null ? NONE : state.archivedUntil().toEpochMilli());
    return out.getCopyOfBuffer();
  }

  @Override
  public EnumeratorState deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION && version != FIRST_VERSION) {
      throw new IOException(
          "a Kinesis enumerator state of version " + version + " is newer than this connector");
    }
    var in = new DataInputDeserializer(bytes);
    String streamArn = in.readUTF();
    Position start = ShardSplitSerializer.readPosition(in);
    boolean discovered = in.readBoolean();
    int count = in.readInt();
    var entries = new ArrayList<EnumeratorState.Entry>(count);
    for (int i = 0; i < count; i++) {
      String shardId = in.readUTF();
      Set<String> parents = new HashSet<>();
      for (int left = in.readInt(); left > 0; left--) {
        parents.add(in.readUTF());
      }
      var shard = new Shard(shardId, Set.copyOf(parents), new BigInteger(in.readUTF()));
      Position position = ShardSplitSerializer.readPosition(in);
      entries.add(
          new EnumeratorState.Entry(shard, position, EnumeratorState.Status.ofCode(in.readByte())));
    }
    long untilMs = version == FIRST_VERSION ? NONE : in.readLong();
    return new EnumeratorState(
        streamArn,
        start,
        discovered,
        entries,
        untilMs == NONE ? null : Instant.ofEpochMilli(untilMs));
  }
}
