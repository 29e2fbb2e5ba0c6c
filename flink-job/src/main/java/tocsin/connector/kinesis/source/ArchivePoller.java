package tocsin.connector.kinesis.source;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tocsin.store.RefusedObject;
import tocsin.store.UnreadableObject;

/**
 * Reads a prepared archive from one place to its end, object by object, as if it were a shard that
 * is closed.
 *
 * <p>Nothing is passed over in silence. A row that cannot be read goes on as a record of its own
 * text, which the reader of records rejects; for an object that cannot be read, or not to its end,
 * one such record tells of it, and the next object follows. What another attempt may mend is tried
 * for as long as it takes: a warm start that skipped what S3 could not give for a minute would be
 * warm in name only.
 */
final class ArchivePoller extends PacedPoller {
  private static final Logger LOG = LoggerFactory.getLogger(ArchivePoller.class);

  /** As much as one read of a shard gives at most. */
  private static final long MOST_CHARACTERS = 10_000_000;

  /** An object that ends too soon may be a connection that broke; one that does so again is cut. */
  private static final int CUT_SHORT_ATTEMPTS = 3;

  /** More than a minute: as long as rights that were just given may take. */
  private static final int REFUSED_ATTEMPTS = 15;

  private final ArchiveObjects store;
  private final SourceSettings settings;
  private final SourceMetrics metrics;
  private final SourceMetrics.ShardMetrics progress;
  private final Clock clock;
  private ArchivePlace place;
  private ArchiveManifest manifest;
  private volatile ArchiveRows rows;
  private Instant lastArrival;

  ArchivePoller(
      ShardSplit split,
      ArchiveObjects store,
      SourceSettings settings,
      SourceMetrics metrics,
      Host host,
      Clock clock,
      RandomGenerator random) {
    super(Shard.ARCHIVE.shardId(), host, random);
    this.place = ArchivePlace.of(split.position());
    this.lastArrival = split.readUntil();
    this.store = store;
    this.settings = settings;
    this.metrics = metrics;
    this.progress = metrics.shard(split.shardId());
    this.clock = clock;
  }

  @Override
  public void stop() {
    super.stop();
    closeRows();
  }

  @Override
  void readOnce() {
    try {
      var records = new ArrayList<KinesisRecord>();
      boolean finished = read(records);
      backoff.reset();
      tellProgress(finished);
      host.handOver(new Records(this, records, finished, 0));
    } catch (IOException | RuntimeException fault) {
      onFault(fault);
    }
  }

  /** Reads until there is enough; true at the archive's end. What came before a fault counts. */
  private boolean read(List<KinesisRecord> records) throws IOException {
    if (manifest == null) {
      manifest = ArchiveManifest.read(place.manifest(), store);
      lastArrival = lastArrival == null ? manifest.from() : lastArrival;
    }
    long characters = 0;
    while (records.size() < settings.maxRecords() && characters < MOST_CHARACTERS) {
      if (place.object() >= manifest.objects().size()) {
        return true;
      }
      try {
        String line = nextLine();
        if (line == null) {
          closeRows();
          place = place.nextObject();
        } else {
          characters += line.length();
          records.add(recordOf(line));
        }
      } catch (IOException fault) {
        closeRows();
        if (!isLost(fault)) {
          if (records.isEmpty()) {
            throw fault;
          }
          return false;
        }
        records.add(lost(fault));
      }
    }
    return false;
  }

  private String nextLine() throws IOException {
    if (rows == null) {
      rows = ArchiveRows.open(store, manifest.objects().get(place.object()), place.row());
    }
    return rows.next();
  }

  private KinesisRecord recordOf(String line) {
    ArchivePlace next = place.nextRow();
    KinesisRecord record = ArchiveRows.record(line, Position.in(next));
    if (record == null) {
      metrics.unreadableArchiveRow();
      LOG.error("Row {} of {} is no row of an archive", place.row(), object());
      record = notice("unreadable row of the archive: " + line, next);
    }
    place = next;
    lastArrival = record.arrival();
    return record;
  }

  private boolean isLost(IOException fault) {
    int attempts = backoff.faults() + 1;
    boolean cutShort = fault instanceof EOFException && attempts >= CUT_SHORT_ATTEMPTS;
    boolean refused = fault instanceof RefusedObject && attempts >= REFUSED_ATTEMPTS;
    return fault instanceof UnreadableObject
        || fault instanceof ZipException
        || fault instanceof MalformedInputException
        || cutShort
        || refused;
  }

  private KinesisRecord lost(IOException fault) {
    metrics.unreadableArchiveObject();
    String text =
        "unreadable object of the archive: %s, from row %d on: %s"
            .formatted(object(), place.row(), fault);
    LOG.error("The warm start lacks records: {}", text, fault);
    KinesisRecord record = notice(text, place.nextObject());
    place = place.nextObject();
    return record;
  }

  /** A record that no source reads: it is rejected, and so told where rejects are told. */
  private KinesisRecord notice(String text, ArchivePlace next) {
    return new KinesisRecord(
        splitId(),
        place.object() + "-" + place.row(),
        lastArrival,
        text.getBytes(StandardCharsets.UTF_8),
        Position.in(next));
  }

  private void tellProgress(boolean finished) {
    if (finished) {
      progress.finished();
    } else {
      // How far behind the tip of the stream, as of any shard.
      progress.read(Math.max(1, Duration.between(lastArrival, clock.instant()).toMillis()));
    }
  }

  private void onFault(Exception fault) {
    closeRows();
    if (stopped()) {
      return;
    }
    if (fault instanceof RuntimeException
        || manifest == null
            && (fault.getCause() instanceof UnreadableObject
                || fault.getCause() instanceof RefusedObject)) {
      host.handOver(new Failure(splitId(), fault));
      return;
    }
    progress.failed(false);
    long delayMs = backoff.nextDelayMs();
    LOG.warn(
        "Reading the archive failed {} times in a row at row {} of {}, next attempt in {} ms: {}",
        backoff.faults(),
        place.row(),
        manifest == null ? place.manifest() : object(),
        delayMs,
        fault.toString());
    host.pollAgain(this, delayMs);
  }

  private String object() {
    return manifest.objects().get(place.object());
  }

  private void closeRows() {
    ArchiveRows open = rows;
    rows = null;
    if (open != null) {
      open.close();
    }
  }
}
