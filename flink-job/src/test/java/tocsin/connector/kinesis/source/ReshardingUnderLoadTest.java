package tocsin.connector.kinesis.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 50,000 records through splits and merges on a stream whose closed shards keep their records, as
 * those of Kinesis do and those of the emulator do not.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReshardingUnderLoadTest {
  private static final int RECORDS = 50_000;
  private static final int KEYS = 500;
  private static final long CHECKPOINT_MS = 200;

  /** Readers and enumerator of the MiniCluster share it; the job is of this JVM. */
  private static ReshardingStream stream;

  @Test
  void losesNothingAndKeepsTheOrderOfEachKeyWithinOneReader() throws Exception {
    assertThat(outOfOrder(1)).isZero();
  }

  /** Children whose parents another reader read wait for a checkpoint. */
  @RepeatedTest(3)
  void losesNothingAndKeepsTheOrderOfEachKeyAcrossTwoReaders() throws Exception {
    assertThat(outOfOrder(2)).isZero();
  }

  /** Runs the load; gives how many records came behind a later one of their key. */
  private static int outOfOrder(int parallelism) throws Exception {
    stream = new ReshardingStream(2);
    var environment = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    environment.setParallelism(parallelism);
    environment.enableCheckpointing(CHECKPOINT_MS);
    var settings =
        new SourceSettings(
            Shards.SETTINGS.stream(),
            Shards.SETTINGS.connection(),
            new Start.TrimHorizon(),
            Duration.ofMillis(20),
            Duration.ZERO,
            Duration.ofMillis(100),
            200,
            null);
    var source = new KinesisSource<>(settings, new Numbers(), new Apis());
    var checked =
        environment
            .fromSource(source, WatermarkStrategy.noWatermarks(), "resharding")
            .keyBy(record -> record.f0)
            .process(new OrderCheck());
    var load = new Thread(ReshardingUnderLoadTest::load, "load");
    int seen = 0;
    int outOfOrder = 0;
    boolean[] arrived = new boolean[RECORDS];
    try (CloseableIterator<Tuple2<Integer, Boolean>> results = checked.executeAndCollect()) {
      load.start();
      while (seen < RECORDS) {
        Tuple2<Integer, Boolean> result = results.next();
        assertThat(arrived[result.f0]).as("record %s is there twice", result.f0).isFalse();
        arrived[result.f0] = true;
        seen++;
        outOfOrder += result.f1 ? 0 : 1;
      }
    }
    load.join();
    assertThat(stream.closedShards()).isEqualTo(9);
    System.out.printf(
        "resharding, %d readers: %d sent, %d missing, %d out of order%n",
        parallelism, RECORDS, RECORDS - seen, outOfOrder);
    return outOfOrder;
  }

  /** Puts the records and reshards in between: six splits or merges that close nine shards. */
  private static void load() {
    for (int i = 0; i < RECORDS; i++) {
      switch (i) {
        case 7_000 -> stream.split(0);
        case 14_000 -> stream.split(2);
        case 21_000 -> stream.merge(1);
        case 28_000 -> stream.split(1);
        case 35_000 -> stream.merge(0);
        case 42_000 -> stream.merge(1);
        default -> {
          // only a record
        }
      }
      stream.put("key-" + i % KEYS, Integer.toString(i));
      if (i % 1_000 == 999) {
        try {
          Thread.sleep(50);
        } catch (InterruptedException ended) {
          return;
        }
      }
    }
  }

  private record Apis() implements KinesisSource.Apis {
    @Override
    public StreamApi forReading(SourceSettings settings) {
      return stream;
    }

    @Override
    public StreamApi forListing(SourceSettings settings) {
      return stream;
    }
  }

  static final class Numbers implements RecordDecoder<Tuple2<Integer, Integer>> {
    private static final long serialVersionUID = 1;

    @Override
    public void open(DeserializationSchema.InitializationContext context) {}

    @Override
    public void decode(KinesisRecord record, Collector<Tuple2<Integer, Integer>> out) {
      int number = Integer.parseInt(new String(record.data(), StandardCharsets.UTF_8));
      out.collect(Tuple2.of(number % KEYS, number));
    }

    @Override
    public TypeInformation<Tuple2<Integer, Integer>> producedType() {
      return Types.TUPLE(Types.INT, Types.INT);
    }
  }

  /** Says of each record whether it came behind all earlier ones of its key. */
  static final class OrderCheck
      extends KeyedProcessFunction<Integer, Tuple2<Integer, Integer>, Tuple2<Integer, Boolean>> {
    private static final long serialVersionUID = 1;

    private transient ValueState<Integer> newest;

    @Override
    public void open(org.apache.flink.api.common.functions.OpenContext context) {
      newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", Types.INT));
    }

    @Override
    public void processElement(
        Tuple2<Integer, Integer> record, Context context, Collector<Tuple2<Integer, Boolean>> out)
        throws Exception {
      Integer before = newest.value();
      boolean inOrder = before == null || before < record.f1;
      if (inOrder) {
        newest.update(record.f1);
      }
      out.collect(Tuple2.of(record.f1, inOrder));
    }
  }
}
