package tocsin.rules;

import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * One reading and those who judge it: what the rules join hands to {@link RowsOfKind} in the same
 * task.
 */
public final class Ruled {
  BinaryRowData reading;
  PackedReading.Shared shared;

  /** When it arrived, or the next moment that is not behind the watermark. */
  TimestampData arrivalInTime;

  Judges judges;
}
