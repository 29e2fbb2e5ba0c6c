package tocsin.connector.kinesis.table;

import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.SourceProvider;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.DataType;
import tocsin.connector.kinesis.source.KinesisSource;
import tocsin.connector.kinesis.source.SourceSettings;

/** A stream as a table to read from. */
final class KinesisTableSource implements ScanTableSource, SupportsReadingMetadata {
  private final SourceSettings settings;
  private final DecodingFormat<DeserializationSchema<RowData>> format;
  private final DataType physicalType;
  private List<MetadataColumn> metadata;
  private DataType producedType;

  KinesisTableSource(
      SourceSettings settings,
      DecodingFormat<DeserializationSchema<RowData>> format,
      DataType physicalType) {
    this(settings, format, physicalType, List.of(), physicalType);
  }

  private KinesisTableSource(
      SourceSettings settings,
      DecodingFormat<DeserializationSchema<RowData>> format,
      DataType physicalType,
      List<MetadataColumn> metadata,
      DataType producedType) {
    this.settings = settings;
    this.format = format;
    this.physicalType = physicalType;
    this.metadata = metadata;
    this.producedType = producedType;
  }

  @Override
  public ChangelogMode getChangelogMode() {
    return format.getChangelogMode();
  }

  @Override
  public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
    var decoder =
        new RowDecoder(
            format.createRuntimeDecoder(context, physicalType),
            metadata,
            context.createTypeInformation(producedType));
    return SourceProvider.of(new KinesisSource<>(settings, decoder));
  }

  @Override
  public Map<String, DataType> listReadableMetadata() {
    return MetadataColumn.types();
  }

  @Override
  public void applyReadableMetadata(List<String> keys, DataType producedDataType) {
    metadata = keys.stream().map(MetadataColumn::ofKey).toList();
    producedType = producedDataType;
  }

  @Override
  public DynamicTableSource copy() {
    return new KinesisTableSource(settings, format, physicalType, metadata, producedType);
  }

  @Override
  public String asSummaryString() {
    return "Kinesis stream " + settings.stream().streamName();
  }
}
