package tocsin.record;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.data.binary.BinaryMapData;
import org.apache.flink.table.data.writer.BinaryArrayWriter;

/**
 * Makes maps of labels in the form in which Flink sends them on, so that every later copy is one of
 * bytes. Keeps the room in which they are written, which would grow for each map anew.
 */
final class LabelMaps {
  private final Function<String, StringData> nameText;
  private final Function<String, StringData> valueText;

  /** By the number of labels: no more than a source mapping names. */
  private final Map<Integer, Room> rooms = new HashMap<>();

  LabelMaps(Function<String, StringData> nameText, Function<String, StringData> valueText) {
    this.nameText = nameText;
    this.valueText = valueText;
  }

  MapData of(Map<String, String> labels) {
    Room room = rooms.computeIfAbsent(labels.size(), Room::new);
    room.clear();
    labels.forEach((name, value) -> room.add(nameText.apply(name), valueText.apply(value)));
    return room.copy();
  }

  private static final class Room {
    /** Bytes that Flink's arrays keep for a text, or for where it stands. */
    private static final int TEXT_BYTES = 8;

    private final BinaryArrayData names = new BinaryArrayData();
    private final BinaryArrayData values = new BinaryArrayData();
    private final BinaryArrayWriter nameWriter;
    private final BinaryArrayWriter valueWriter;
    private int size;

    Room(int labels) {
      nameWriter = new BinaryArrayWriter(names, labels, TEXT_BYTES);
      valueWriter = new BinaryArrayWriter(values, labels, TEXT_BYTES);
    }

    void clear() {
      nameWriter.reset();
      valueWriter.reset();
      size = 0;
    }

    void add(StringData name, StringData value) {
      nameWriter.writeString(size, name);
      valueWriter.writeString(size, value);
      size++;
    }

    MapData copy() {
      nameWriter.complete();
      valueWriter.complete();
      return BinaryMapData.valueOf(names, values);
    }
  }
}
