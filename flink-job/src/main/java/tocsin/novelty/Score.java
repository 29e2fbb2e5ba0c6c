package tocsin.novelty;

/**
 * What a model says of one reading.
 *
 * @param total how new the reading is, in −log10 units: the sum of the contributions
 * @param contributions what each of {@link Components#NAMES} adds, in that order
 * @param warm whether the model has seen enough to judge; until then everything is zero
 */
public record Score(double total, double[] contributions, boolean warm) {}
