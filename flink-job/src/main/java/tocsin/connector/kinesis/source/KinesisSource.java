package tocsin.connector.kinesis.source;

import java.io.Serializable;
import java.time.Clock;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.UserCodeClassLoader;
import tocsin.store.StoredObject;

/**
 * Reads a Kinesis stream without end, each record at least once; exactly once where the state that
 * it feeds is checkpointed with it. Records of one shard, and of a shard and its children, come in
 * their order, whichever readers read them; {@link KinesisEnumerator} says what that rests on.
 */
public final class KinesisSource<T>
    implements Source<T, ShardSplit, EnumeratorState>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1;

  private final SourceSettings settings;
  private final RecordDecoder<T> decoder;
  private final Apis apis;

  public KinesisSource(SourceSettings settings, RecordDecoder<T> decoder) {
    this(settings, decoder, new AwsApis());
  }

  /** A source of a stream that is served otherwise. */
  KinesisSource(SourceSettings settings, RecordDecoder<T> decoder, Apis apis) {
    this.settings = settings;
    this.decoder = decoder;
    this.apis = apis;
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<T, ShardSplit> createReader(SourceReaderContext context) throws Exception {
    decoder.open(new DecoderContext(context));
    var metrics = new SourceMetrics(context.metricGroup(), settings.stream(), Clock.systemUTC());
    var tips = new ShardTips();
    return new KinesisSourceReader<>(
        () -> new KinesisSplitReader(apis.forReading(settings), settings, metrics, tips),
        new DecodingEmitter<>(decoder, metrics),
        tips,
        context);
  }

  @Override
  public SplitEnumerator<ShardSplit, EnumeratorState> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    // Pinned before the first listing: a shard that is opened in between is in the listing, and
    // its records are behind the pin.
    Position start = settings.start().pin(Clock.systemUTC().instant());
    return enumerator(context, new ShardLedger(settings.stream().arn(), start));
  }

  @Override
  public SplitEnumerator<ShardSplit, EnumeratorState> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, EnumeratorState state) {
    if (!state.streamArn().equals(settings.stream().arn())) {
      throw new IllegalStateException(
          "the snapshot holds positions in "
              + state.streamArn()
              + ", but the table reads "
              + settings.stream().arn()
              + ": start this table without its state");
    }
    return enumerator(context, new ShardLedger(state));
  }

  @Override
  public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return new ShardSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<EnumeratorState> getEnumeratorCheckpointSerializer() {
    return new EnumeratorStateSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return decoder.producedType();
  }

  private KinesisEnumerator enumerator(
      SplitEnumeratorContext<ShardSplit> context, ShardLedger ledger) {
    return new KinesisEnumerator(
        context,
        apis.forListing(settings),
        settings,
        ledger,
        StoredObject::open,
        Clock.systemUTC());
  }

  /** Who serves the stream. Each caller closes what it was given. */
  interface Apis extends Serializable {
    StreamApi forReading(SourceSettings settings);

    StreamApi forListing(SourceSettings settings);
  }

  private record AwsApis() implements Apis {
    @Override
    public StreamApi forReading(SourceSettings settings) {
      return AwsStreamApi.forReading(settings);
    }

    @Override
    public StreamApi forListing(SourceSettings settings) {
      return AwsStreamApi.forListing(settings);
    }
  }

  private record DecoderContext(SourceReaderContext reader)
      implements DeserializationSchema.InitializationContext {
    @Override
    public MetricGroup getMetricGroup() {
      return reader.metricGroup().addGroup("deserializer");
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return reader.getUserCodeClassLoader();
    }
  }
}
