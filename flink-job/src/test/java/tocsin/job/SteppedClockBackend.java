package tocsin.job;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.StateBackendFactory;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;

/** State on the heap, whose age is told by a clock that a test moves: days pass in a moment. */
public final class SteppedClockBackend extends HashMapStateBackend {
  private static final long serialVersionUID = 1;
  private static final AtomicLong NOW_MS = new AtomicLong(1_800_000_000_000L);

  /** Named by the option {@code state.backend.type}. */
  public static final class Factory implements StateBackendFactory<SteppedClockBackend> {
    @Override
    public SteppedClockBackend createFromConfig(ReadableConfig config, ClassLoader loader) {
      return new SteppedClockBackend();
    }
  }

  static void pass(java.time.Duration time) {
    NOW_MS.addAndGet(time.toMillis());
  }

  /** The options of Flink do not change whose clock it is. */
  @Override
  public HashMapStateBackend configure(ReadableConfig config, ClassLoader loader) {
    return this;
  }

  @Override
  public <K> AbstractKeyedStateBackend<K> createKeyedStateBackend(
      KeyedStateBackendParameters<K> parameters) throws IOException {
    return super.createKeyedStateBackend(
        new KeyedStateBackendParametersImpl<>(parameters).setTtlTimeProvider(NOW_MS::get));
  }
}
