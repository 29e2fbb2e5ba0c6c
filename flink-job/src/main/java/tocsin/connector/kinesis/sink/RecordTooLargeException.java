package tocsin.connector.kinesis.sink;

import org.apache.flink.util.FlinkRuntimeException;

/** A record that Kinesis cannot take, however often it is sent. Ends the job. */
public final class RecordTooLargeException extends FlinkRuntimeException {
  private static final long serialVersionUID = 1;

  RecordTooLargeException(String streamName, long bytes) {
    super(
        "a record for the stream "
            + streamName
            + " has "
            + bytes
            + " bytes with its partition key; Kinesis takes at most "
            + KinesisSink.MAX_RECORD_BYTES);
  }
}
