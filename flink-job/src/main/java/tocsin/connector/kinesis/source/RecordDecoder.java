package tocsin.connector.kinesis.source;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;

/**
 * Turns one Kinesis record into none, one or several elements.
 *
 * <p>Obligation: the elements may keep no reference to anything that the next call changes.
 */
public interface RecordDecoder<T> extends Serializable {
  /** Called once in each reader, before the first record. */
  void open(DeserializationSchema.InitializationContext context) throws Exception;

  /** Hands the record's elements to {@code out}; an exception ends the job. */
  void decode(KinesisRecord record, Collector<T> out) throws IOException;

  TypeInformation<T> producedType();
}
