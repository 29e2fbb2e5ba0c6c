package tocsin.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * JSON lines of made-up card payments, one file a shard. They come as at 50,000 records/s: every
 * key pays once before any pays again, arrival lies up to half a second after the payment, one
 * payment of 10,000 is far above the limit. The same seed makes the same bytes.
 *
 * <p>A file is made of blocks of {@link #BLOCK_BYTES}, each filled up with spaces after its last
 * whole line, so that a reader can begin at any of them.
 */
final class ShardFiles {
  static final int SHARDS = 2;
  static final int RECORDS_PER_MS = 50;
  static final long FIRST_ARRIVAL_MS = 1_767_225_600_000L;

  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int MAX_DELAY_MS = 500;
  private static final int SPIKE_EVERY = 10_000;
  private static final long SEED = 1;

  private ShardFiles() {}

  static Path file(Path directory, int shard) {
    return directory.resolve("shard-" + shard + ".jsonl");
  }

  /** Writes the shards of one number of keys. */
  static void write(Path directory, long records, int keys) throws IOException {
    Files.createDirectories(directory);
    for (int shard = 0; shard < SHARDS; shard++) {
      SplittableRandom random = new SplittableRandom(SEED + shard);
      try (OutputStream out = Files.newOutputStream(file(directory, shard))) {
        byte[] block = new byte[BLOCK_BYTES];
        int used = 0;
        // A key's records share a shard, as they do on Kinesis.
        for (long record = shard; record < records; record += SHARDS) {
          byte[] line = payment(record, (int) (record % keys), random);
          if (used + line.length > BLOCK_BYTES) {
            finish(block, used, out);
            used = 0;
          }
          System.arraycopy(line, 0, block, used, line.length);
          used += line.length;
        }
        finish(block, used, out);
      }
    }
  }

  private static void finish(byte[] block, int used, OutputStream out) throws IOException {
    Arrays.fill(block, used, BLOCK_BYTES, (byte) ' ');
    out.write(block);
  }

  private static byte[] payment(long record, int key, SplittableRandom random) {
    long cents = Math.max(100, Math.round(11_000 + 3_000 * random.nextGaussian()));
    if (random.nextInt(SPIKE_EVERY) == 0) {
      cents = 800_000 + random.nextInt(2_200_000);
    }
    long time = FIRST_ARRIVAL_MS + record / RECORDS_PER_MS - random.nextInt(MAX_DELAY_MS);
    String text =
        "{\"userId\":\"user%06d\",\"amount\":%d.%02d,\"timestamp\":%d,\"transactionId\":\"txn-%08d\",\"merchantId\":\"merchant-%03d\"}\n"
            .formatted(key, cents / 100, cents % 100, time, record, random.nextInt(500));
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Blocks that every shard has; the last few of the longer ones are left out. */
  static long blocksPerShard(Path directory) throws IOException {
    long bytes = Long.MAX_VALUE;
    for (int shard = 0; shard < SHARDS; shard++) {
      bytes = Math.min(bytes, Files.size(file(directory, shard)));
    }
    return bytes / BLOCK_BYTES;
  }

  /** Hands every record of a shard, or of one block of it, to a taker. */
  static final class Reader implements AutoCloseable {
    private final FileChannel channel;
    private final byte[] block = new byte[BLOCK_BYTES];

    Reader(Path file) throws IOException {
      channel = FileChannel.open(file);
    }

    /** Returns how many records the block holds. */
    int read(long number, Taker taker) {
      try {
        ByteBuffer buffer = ByteBuffer.wrap(block);
        long start = number * BLOCK_BYTES;
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, start + buffer.position()) < 0) {
            throw new IOException("block " + number + " ends early");
          }
        }
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
      int records = 0;
      int begin = 0;
      for (int at = 0; at < BLOCK_BYTES; at++) {
        if (block[at] == '\n') {
          taker.take(Arrays.copyOfRange(block, begin, at));
          records++;
          begin = at + 1;
        }
      }
      return records;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Takes one record. */
  interface Taker {
    void take(byte[] record);
  }
}
