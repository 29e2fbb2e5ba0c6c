package tocsin.novelty;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.state.RandomCutForestMapper;
import com.amazon.randomcutforest.state.RandomCutForestState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Two Random Cut Forests: one of single values, one of eight in a row. Restored with their trees as
 * they were, so that they go on to the bit; from samples alone, scores would differ by up to 0.2.
 */
public final class Forests {
  private static final int TREES = 30;
  private static final int SAMPLES = 128;
  private static final int RUN = 8;

  /** What a forest has seen before it gives scores; zero until then. */
  private static final int FIRST_SCORE_AFTER = 32;

  /** Nothing but the library's own states is made out of saved bytes. */
  private static final ObjectInputFilter STATES =
      ObjectInputFilter.Config.createFilter(
          "com.amazon.randomcutforest.state.**;java.util.ArrayList;java.lang.*;!*");

  private final RandomCutForest single;
  private final RandomCutForest run;

  public Forests(long seed) {
    this(single(seed), run(seed));
  }

  private Forests(RandomCutForest single, RandomCutForest run) {
    this.single = single;
    this.run = run;
  }

  /** The forest of single values. */
  public static RandomCutForest single(long seed) {
    return forest(1, seed);
  }

  /** The forest of eight values in a row. */
  public static RandomCutForest run(long seed) {
    return forest(RUN, seed);
  }

  private static RandomCutForest forest(int shingle, long seed) {
    return RandomCutForest.builder()
        .dimensions(shingle)
        .shingleSize(shingle)
        .numberOfTrees(TREES)
        .sampleSize(SAMPLES)
        .outputAfter(FIRST_SCORE_AFTER)
        .randomSeed(seed)
        // A cache of bounding boxes takes three times the memory for a third of the time.
        .boundingBoxCacheFraction(0)
        .internalShinglingEnabled(shingle > 1)
        .build();
  }

  /** Raw scores of the library, of the value and of the run that it ends. */
  public double[] score(double value) {
    float[] point = {(float) value};
    return new double[] {single.getAnomalyScore(point), run.getAnomalyScore(point)};
  }

  public void update(double value) {
    float[] point = {(float) value};
    single.update(point);
    run.update(point);
  }

  /** Writes both with their trees. */
  public void save(DataOutput out) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater fast = new Deflater(Deflater.BEST_SPEED);
    try (ObjectOutputStream objects =
        new ObjectOutputStream(new DeflaterOutputStream(bytes, fast))) {
      objects.writeObject(mapper().toState(single));
      objects.writeObject(mapper().toState(run));
    } finally {
      fast.end();
    }
    out.writeInt(bytes.size());
    out.write(bytes.toByteArray());
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws UnsupportedVersion when another version of the library wrote it
   */
  public static Forests restore(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    try (ObjectInputStream objects =
        new ObjectInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      objects.setObjectInputFilter(STATES);
      RandomCutForestState single = (RandomCutForestState) objects.readObject();
      RandomCutForestState run = (RandomCutForestState) objects.readObject();
      return new Forests(mapper().toModel(single), mapper().toModel(run));
    } catch (InvalidClassException | ClassNotFoundException other) {
      throw new UnsupportedVersion(other);
    }
  }

  private static RandomCutForestMapper mapper() {
    RandomCutForestMapper mapper = new RandomCutForestMapper();
    mapper.setSaveTreeStateEnabled(true);
    mapper.setSaveCoordinatorStateEnabled(true);
    mapper.setSaveExecutorContextEnabled(true);
    mapper.setSaveSamplerStateEnabled(true);
    return mapper;
  }
}
