package tocsin.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.table.data.RowData;

/**
 * Adds the readings of window rules up, so that Flink's windows, which write down each row that
 * they are given until they end, are given one where there were hundreds. What it holds is in no
 * state: all of it is told before a checkpoint, and before time comes to the end of a slice. Which
 * rows a window is told in does not show in what it says ({@link Sums}).
 */
final class WindowParts {
  /** About 250 bytes each, 400 with σ. */
  private static final int MAX_OPEN = 200_000;

  private final WindowSlices slices;
  private final Consumer<RowData> told;
  private final List<WindowPart> open = new ArrayList<>();
  private long firstEndMs = Long.MAX_VALUE;

  /**
   * @param told gets the row of each part that ends
   */
  WindowParts(WindowSlices slices, Consumer<RowData> told) {
    this.slices = slices;
    this.told = told;
  }

  /** Adds a reading that is not late to the part of its slice. */
  void add(WindowPart part, PackedReading.Shared reading) {
    long eventMs = reading.eventTime().getMillisecond();
    if (!part.holds(eventMs)) {
      open(part, eventMs);
    }
    part.add(reading.value(), eventMs, reading.arrivalTime().getMillisecond());
  }

  private void open(WindowPart part, long eventMs) {
    if (part.isOpen()) {
      told.accept(part.close());
    } else {
      if (open.size() >= MAX_OPEN) {
        endAll();
      }
      open.add(part);
    }
    part.open(eventMs, slices.lengthMs(part.isHopping()));
    firstEndMs = Math.min(firstEndMs, part.endMs());
  }

  /** Ends the parts whose slice is over at that watermark: before the windows hear of it. */
  void endUntil(long watermarkMs) {
    if (firstEndMs - 1 <= watermarkMs) {
      firstEndMs = Long.MAX_VALUE;
      open.removeIf(part -> isOver(part, watermarkMs));
    }
  }

  private boolean isOver(WindowPart part, long watermarkMs) {
    if (part.endMs() - 1 <= watermarkMs) {
      told.accept(part.close());
      return true;
    }
    firstEndMs = Math.min(firstEndMs, part.endMs());
    return false;
  }

  /** Ends them all. */
  void endAll() {
    endUntil(Long.MAX_VALUE);
  }
}
