package tocsin.connector.kinesis.source;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Writes splits into checkpoints. A change of the layout needs a new version and keeps the old. */
public final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {
  private static final int VERSION = 2;

  /** Had no {@code readUntil}. */
  private static final int FIRST_VERSION = 1;

  private static final long UNKNOWN = Long.MIN_VALUE;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ShardSplit split) throws IOException {
    var out = new DataOutputSerializer(128);
    out.writeUTF(split.shardId());
    writePosition(split.position(), out);
    out.writeBoolean(split.finished());
    out.writeLong(split.readUntil() == null ? UNKNOWN : split.readUntil().toEpochMilli());
    return out.getCopyOfBuffer();
  }

  @Override
  public ShardSplit deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION && version != FIRST_VERSION) {
      throw new IOException(
          "a Kinesis split of version " + version + " is newer than this connector");
    }
    var in = new DataInputDeserializer(bytes);
    String shardId = in.readUTF();
    Position position = readPosition(in);
    boolean finished = in.readBoolean();
    long readUntilMs = version == FIRST_VERSION ? UNKNOWN : in.readLong();
    return new ShardSplit(
        shardId,
        position,
        readUntilMs == UNKNOWN ? null : Instant.ofEpochMilli(readUntilMs),
        finished);
  }

  static void writePosition(Position position, DataOutput out) throws IOException {
    out.writeByte(position.kind().code);
    out.writeUTF(position.value());
  }

  static Position readPosition(DataInput in) throws IOException {
    return new Position(Position.Kind.ofCode(in.readByte()), in.readUTF());
  }
}
