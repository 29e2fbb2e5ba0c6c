package tocsin.connector.kinesis.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordEmitter;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import tocsin.time.ReadingStarts;

/**
 * The reader subtask.
 *
 * <p>A finished shard leaves the reader's state only after a checkpoint that held it as finished
 * was completed. Its children wait for the enumerator to hear of the end, and that word, sent
 * between the enumerator's part of a checkpoint and the reader's, would be lost by a restore from
 * it; the reader then finds the finished shard in its own state and says it again.
 */
final class KinesisSourceReader<T>
    extends SingleThreadMultiplexSourceReaderBase<KinesisRecord, T, ShardSplit, ShardProgress> {
  private final FinishedShards finished = new FinishedShards();
  private final ShardTips tips;
  private final ReadingStarts.Subtask starts;

  KinesisSourceReader(
      Supplier<SplitReader<KinesisRecord, ShardSplit>> splitReader,
      RecordEmitter<KinesisRecord, T, ShardProgress> emitter,
      ShardTips tips,
      SourceReaderContext context) {
    super(splitReader, emitter, context.getConfiguration(), context);
    this.tips = tips;
    this.starts = ReadingStarts.of(context.getIndexOfSubtask());
  }

  @Override
  public void start() {
    super.start();
    report(finished.shardIds());
  }

  @Override
  public void addSplits(List<ShardSplit> splits) {
    var open = new ArrayList<ShardSplit>();
    for (ShardSplit split : splits) {
      if (split.finished()) {
        finished.add(split);
      } else {
        open.add(split);
      }
    }
    if (!open.isEmpty()) {
      tellStart(open);
      super.addSplits(open);
    }
  }

  @Override
  public List<ShardSplit> snapshotState(long checkpointId) {
    var splits = new ArrayList<ShardSplit>();
    super.snapshotState(checkpointId).forEach(split -> splits.add(tips.updated(split)));
    splits.addAll(finished.snapshot(checkpointId));
    return splits;
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    finished.confirm(checkpointId);
  }

  @Override
  protected void onSplitFinished(Map<String, ShardProgress> ended) {
    ended.values().forEach(progress -> finished.add(progress.finished()));
    if (ended.containsKey(Shard.ARCHIVE.shardId())) {
      starts.archiveEnds(this);
    }
    report(List.copyOf(ended.keySet()));
  }

  @Override
  public void close() throws Exception {
    starts.ends(this);
    super.close();
  }

  /** What comes behind judges time by where the records come from. */
  private void tellStart(List<ShardSplit> splits) {
    if (splits.stream().anyMatch(split -> split.splitId().equals(Shard.ARCHIVE.shardId()))) {
      starts.archiveBegins(this);
    }
    starts.shardsGiven(
        this,
        splits.stream()
            .map(ShardSplit::shardId)
            .filter(shardId -> !shardId.equals(Shard.ARCHIVE.shardId()))
            .toList());
  }

  @Override
  protected ShardProgress initializedState(ShardSplit split) {
    return new ShardProgress(split);
  }

  @Override
  protected ShardSplit toSplitType(String shardId, ShardProgress progress) {
    return progress.open();
  }

  private void report(List<String> shardIds) {
    if (!shardIds.isEmpty()) {
      context.sendSourceEventToCoordinator(new ShardsFinishedEvent(shardIds));
    }
  }
}
