package tocsin.functions;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What Flink makes of the state of a series, of which a test wants that it goes on as the state
 * would.
 */
final class StateCopies {
  private StateCopies() {}

  /** A state that was written and read again, and one that was copied. */
  static <S extends AlarmState> List<S> of(AlarmState.Serializer<S> serializer, S state)
      throws IOException {
    DataOutputSerializer bytes = new DataOutputSerializer(64);
    serializer.serialize(state, bytes);
    return List.of(
        serializer.deserialize(new DataInputDeserializer(bytes.getCopyOfBuffer())),
        serializer.copy(state));
  }
}
