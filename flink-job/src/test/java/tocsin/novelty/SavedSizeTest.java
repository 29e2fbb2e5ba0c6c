package tocsin.novelty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a key costs in the state of the job: a bound, whatever it is fed and for how long. */
class SavedSizeTest {
  private static final int MOST_BYTES = 400_000;

  /** A reading that waits for the next save: its time and value, and what Flink puts around. */
  private static final int WAITING_BYTES = 1_000 * 20;

  private static final long STEP_MS = 300_000;

  @Test
  void aModelOfNoiseStaysWithinItsBoundAndGrowsNoMore() throws Exception {
    NoveltyModel model = new NoveltyModel(1);
    Random random = new Random(3);
    int[] sizes = new int[10];
    for (int reading = 1; reading <= 10_000; reading++) {
      model.update(reading * STEP_MS, random.nextGaussian() * 1e6);
      if (reading % 1_000 == 0) {
        sizes[reading / 1_000 - 1] = size(model);
      }
    }
    System.out.printf("a saved model of noise has %d bytes%n", sizes[9]);
    assertThat(sizes[9] + WAITING_BYTES).isLessThan(MOST_BYTES);
    assertThat((double) sizes[9]).isLessThan(1.05 * sizes[5]);
  }

  private static int size(NoveltyModel model) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    model.save(new DataOutputStream(bytes));
    return bytes.size();
  }
}
