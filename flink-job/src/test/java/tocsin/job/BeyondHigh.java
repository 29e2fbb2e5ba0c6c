package tocsin.job;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRawValueData;
import org.apache.flink.table.runtime.dataview.StateDataViewStore;
import org.apache.flink.table.runtime.generated.AggsHandleFunction;
import org.apache.flink.table.runtime.generated.GeneratedAggsHandleFunction;
import tocsin.functions.LimitAlarm;

/** As Flink writes it for {@code LIMIT_ALARM} of the first column, with an upper limit. */
final class BeyondHigh extends GeneratedAggsHandleFunction {
  static final LimitAlarm.Serializer SERIES = new LimitAlarm.Serializer();

  private static final long serialVersionUID = 1;
  private static final TimestampData TIME = TimestampData.fromEpochMillis(0);

  private final double high;

  BeyondHigh(double high) {
    super("BeyondHigh", "", new Object[0], new Configuration());
    this.high = high;
  }

  @Override
  public AggsHandleFunction newInstance(ClassLoader loader) {
    return new Handler(high);
  }

  private static final class Handler implements AggsHandleFunction {
    private final LimitAlarm function = new LimitAlarm();
    private final double high;
    private LimitAlarm.Series series;

    Handler(double high) {
      this.high = high;
    }

    @Override
    public void open(StateDataViewStore store) {}

    @Override
    public void accumulate(RowData row) {
      function.accumulate(
          series, row.getDouble(0), TIME, false, null, null, high, null, 0, 0, false, 0);
    }

    @Override
    public void setAccumulators(RowData row) {
      series = row.<LimitAlarm.Series>getRawValue(0).toObject(SERIES);
    }

    @Override
    public RowData getAccumulators() {
      return GenericRowData.of(BinaryRawValueData.fromObject(series));
    }

    @Override
    public RowData createAccumulators() {
      return GenericRowData.of(BinaryRawValueData.fromObject(function.createAccumulator()));
    }

    @Override
    public RowData getValue() {
      return function.getValue(series);
    }

    @Override
    public void retract(RowData row) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void merge(RowData row) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void resetAccumulators() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setWindowSize(int size) {}

    @Override
    public void cleanup() {}

    @Override
    public void close() {}
  }
}
