package tocsin.connector.kinesis.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisClient;

class KillAndResumeTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int RECORDS = 20_000;
  private static final int BATCH = 500;
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);
  private static final Duration BATCH_PAUSE = Duration.ofMillis(100);

  @TempDir Path directory;
  private Emulator emulator;
  private KinesisClient client;
  private final List<Process> jobs = new ArrayList<>();

  @BeforeEach
  void startEmulator() throws Exception {
    emulator = Emulator.startOrSkip(directory.resolve("emulator.log"));
    client = emulator.client();
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process job : jobs) {
      job.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    if (emulator != null) {
      client.close();
      emulator.close();
    }
  }

  @Test
  void losesNothingWhenTheJobIsKilledAndResumesFromItsLastCheckpoint() throws Exception {
    var from = Stream.create(client, "before", 3);
    var to = Stream.create(client, "after", 2);
    List<String> sent = IntStream.range(0, RECORDS).mapToObj(i -> "record-" + i).toList();
    Path checkpoints = Files.createDirectory(directory.resolve("checkpoints"));

    Process first = start(from, to, checkpoints, Optional.empty());
    from.put(sent.subList(0, BATCH));
    var copies = new ArrayList<>(to.readUntil(LIMIT, texts -> texts.size() >= BATCH));
    int idle = newestNumber(checkpoints);
    var producer = startProducer(from, sent.subList(BATCH, RECORDS));
    copies.addAll(
        to.readUntil(LIMIT, texts -> texts.size() > 3_000 && newestNumber(checkpoints) > idle + 1));
    Thread.sleep(CHECKPOINT_INTERVAL.toMillis() * 3 / 5); // well between two checkpoints
    first.destroyForcibly();
    assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
    producer.join(LIMIT.toMillis());

    copies.addAll(to.readNew());
    assertThat(copies.size()).as("copies of the job that was killed").isLessThan(RECORDS);
    start(from, to, checkpoints, newest(checkpoints));
    copies.addAll(
        to.readUntil(
            LIMIT,
            texts -> {
              if (copies.size() + texts.size() < RECORDS) {
                return false;
              }
              var all = new ArrayList<>(copies);
              all.addAll(texts);
              return ThereAndBackTest.lines(all).size() >= RECORDS;
            }));

    var arrived = ThereAndBackTest.lines(copies);
    System.out.printf(
        "kill and resume: %d sent, %d missing, %d duplicates%n",
        RECORDS, RECORDS - arrived.size(), copies.size() - arrived.size());
    assertThat(arrived).isEqualTo(new HashSet<>(sent));
  }

  private Process start(Stream from, Stream to, Path checkpoints, Optional<Path> restore)
      throws Exception {
    var command = new ArrayList<>(List.of(javaProgram(), "-Daws.cborEnabled=false", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CopyJob.class.getName(), from.arn(), to.arn()));
    command.add("parallelism.default=2");
    command.add("execution.checkpointing.interval=" + CHECKPOINT_INTERVAL.toMillis() + " ms");
    command.add("execution.checkpointing.dir=" + checkpoints.toUri());
    command.add("execution.checkpointing.externalized-checkpoint-retention=RETAIN_ON_CANCELLATION");
    restore.ifPresent(path -> command.add("execution.state-recovery.path=" + path.toUri()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(
            directory.resolve("job-" + jobs.size() + ".log").toFile()));
    builder.environment().putAll(emulator.environment());
    Process job = builder.start();
    jobs.add(job);
    return job;
  }

  private static Thread startProducer(Stream to, List<String> texts) {
    var thread =
        new Thread(
            () -> {
              try {
                for (int from = 0; from < texts.size(); from += BATCH) {
                  to.put(texts.subList(from, Math.min(from + BATCH, texts.size())));
                  Thread.sleep(BATCH_PAUSE.toMillis());
                }
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            },
            "producer");
    thread.start();
    return thread;
  }

  private static int newestNumber(Path checkpoints) {
    return newest(checkpoints).map(KillAndResumeTest::number).orElse(0);
  }

  /** The newest checkpoint that was completed: only those have a metadata file. */
  private static Optional<Path> newest(Path checkpoints) {
    try (var files = Files.walk(checkpoints, 3)) {
      return files
          .filter(file -> file.endsWith("_metadata"))
          .map(Path::getParent)
          .max(Comparator.comparing(KillAndResumeTest::number));
    } catch (java.io.IOException | java.io.UncheckedIOException moving) {
      return Optional.empty(); // a checkpoint was removed during the walk; the caller looks again
    }
  }

  private static int number(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().substring("chk-".length()));
  }

  private static String javaProgram() {
    return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
  }
}
