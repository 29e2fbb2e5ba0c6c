package tocsin.rules;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Of {@link Ruled}, which is handed on within a task and never written. */
public final class RuledType extends TypeInformation<Ruled> {
  private static final long serialVersionUID = 1;

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<Ruled> getTypeClass() {
    return Ruled.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<Ruled> createSerializer(SerializerConfig config) {
    return new Serializer();
  }

  @Override
  public String toString() {
    return "Ruled";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RuledType;
  }

  @Override
  public int hashCode() {
    return RuledType.class.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RuledType;
  }

  /** Refuses to write: whoever breaks the chain is told why that does not work. */
  static final class Serializer extends TypeSerializerSingleton<Ruled> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return false;
    }

    @Override
    public Ruled createInstance() {
      return new Ruled();
    }

    @Override
    public Ruled copy(Ruled from) {
      return from;
    }

    @Override
    public Ruled copy(Ruled from, Ruled reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(Ruled ruled, DataOutputView target) {
      throw notWritten();
    }

    @Override
    public Ruled deserialize(DataInputView source) {
      throw notWritten();
    }

    @Override
    public Ruled deserialize(Ruled reuse, DataInputView source) {
      throw notWritten();
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) {
      throw notWritten();
    }

    @Override
    public TypeSerializerSnapshot<Ruled> snapshotConfiguration() {
      throw notWritten();
    }

    private static UnsupportedOperationException notWritten() {
      return new UnsupportedOperationException(
          "the rules join and the rows of each kind stand in one task: leave"
              + " pipeline.operator-chaining.enabled as it is, true");
    }
  }
}
