package tocsin.connector.kinesis.table;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.util.Collector;
import tocsin.connector.kinesis.source.KinesisRecord;
import tocsin.connector.kinesis.source.RecordDecoder;

/** Decodes a record by the table's format and appends the metadata columns that the table reads. */
final class RowDecoder implements RecordDecoder<RowData> {
  private static final long serialVersionUID = 1;

  private final DeserializationSchema<RowData> format;
  private final MetadataColumn[] metadata;
  private final TypeInformation<RowData> type;

  RowDecoder(
      DeserializationSchema<RowData> format,
      List<MetadataColumn> metadata,
      TypeInformation<RowData> type) {
    this.format = format;
    this.metadata = metadata.toArray(MetadataColumn[]::new);
    this.type = type;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) throws Exception {
    format.open(context);
  }

  @Override
  public void decode(KinesisRecord record, Collector<RowData> out) throws IOException {
    if (metadata.length == 0) {
      format.deserialize(record.data(), out);
    } else {
      format.deserialize(record.data(), new AppendingCollector(metadataOf(record), out));
    }
  }

  @Override
  public TypeInformation<RowData> producedType() {
    return type;
  }

  private RowData metadataOf(KinesisRecord record) {
    var row = new GenericRowData(metadata.length);
    for (int i = 0; i < metadata.length; i++) {
      row.setField(i, metadata[i].read(record));
    }
    return row;
  }

  private record AppendingCollector(RowData metadata, Collector<RowData> out)
      implements Collector<RowData> {
    @Override
    public void collect(RowData physical) {
      // A new object each time: the operators behind may keep the row.
      out.collect(new JoinedRowData(physical.getRowKind(), physical, metadata));
    }

    @Override
    public void close() {
      // The collector behind belongs to the reader.
    }
  }
}
