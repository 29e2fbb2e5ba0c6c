package tocsin.novelty;

import com.amazon.randomcutforest.RandomCutForest;
import com.amazon.randomcutforest.state.RandomCutForestMapper;
import com.amazon.randomcutforest.state.RandomCutForestState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;

/** Placeholder until branch c-novelty-job brings the class with save and restore. */
public final class Forests {
  private final RandomCutForest single;
  private final RandomCutForest run;

  public Forests(long seed) {
    this(forest(1, seed), forest(8, seed));
  }

  private Forests(RandomCutForest single, RandomCutForest run) {
    this.single = single;
    this.run = run;
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
    for (RandomCutForest each : new RandomCutForest[] {single, run}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
        objects.writeObject(mapper().toState(each));
      }
      out.writeInt(bytes.size());
      out.write(bytes.toByteArray());
    }
  }

  public static Forests restore(DataInput in) throws IOException {
    RandomCutForest[] read = new RandomCutForest[2];
    for (int i = 0; i < 2; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        read[i] = mapper().toModel((RandomCutForestState) objects.readObject());
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }
    return new Forests(read[0], read[1]);
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
