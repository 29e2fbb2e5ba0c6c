package tocsin.connector.kinesis.sink;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/** Writes buffered records into checkpoints. */
final class EntryStateSerializer extends AsyncSinkWriterStateSerializer<PutRecordsRequestEntry> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  protected void serializeRequestToStream(PutRecordsRequestEntry entry, DataOutputStream out)
      throws IOException {
    byte[] data = entry.data().asByteArrayUnsafe();
    out.writeInt(data.length);
    out.write(data);
    out.writeUTF(entry.partitionKey());
  }

  @Override
  protected PutRecordsRequestEntry deserializeRequestFromStream(long size, DataInputStream in)
      throws IOException {
    byte[] data = new byte[in.readInt()];
    in.readFully(data);
    return PutRecordsRequestEntry.builder()
        .data(SdkBytes.fromByteArrayUnsafe(data))
        .partitionKey(in.readUTF())
        .build();
  }
}
