package tocsin.novelty;

import com.amazon.randomcutforest.RandomCutForest;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Placeholder until branch c-novelty-job brings the class with save and restore. */
public final class Forests {
  private final RandomCutForest single;
  private final RandomCutForest run;

  public Forests(long seed) {
    single = forest(1, seed);
    run = forest(8, seed);
  }

  private static RandomCutForest forest(int shingle, long seed) {
    return RandomCutForest.builder()
        .dimensions(shingle)
        .shingleSize(shingle)
        .numberOfTrees(30)
        .sampleSize(128)
        .outputAfter(32)
        .randomSeed(seed)
        .boundingBoxCacheFraction(0)
        .internalShinglingEnabled(shingle > 1)
        .build();
  }

  public double[] score(double value) {
    float[] point = {(float) value};
    return new double[] {single.getAnomalyScore(point), run.getAnomalyScore(point)};
  }

  public void update(double value) {
    float[] point = {(float) value};
    single.update(point);
    run.update(point);
  }

  public long bytes() {
    return 0;
  }

  public void save(DataOutput out) throws IOException {
    throw new IOException("not yet");
  }

  public static Forests restore(DataInput in) throws IOException {
    throw new IOException("not yet");
  }
}
