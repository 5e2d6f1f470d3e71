/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.data.KindlingException;
import io.kindling.explain.IntegratedGradients.Integral;
import io.kindling.explain.Occlusion.Covered;
import io.kindling.input.BadInputException;
import io.kindling.input.ColumnEncoder;
import io.kindling.input.ExampleBuffer;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.Target;

/**
 * Explains the predictions of one network, an example at a time, outside of Spark too. {@link
 * NetworkExplainer} is the same as a stage.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class Explainer implements AutoCloseable {
  private final InputGradients network;
  private final ExplanationSettings settings;
  private final IntegratedGradients gradients;
  private final ExampleBuffer encoded = new ExampleBuffer();

  /**
   * @throws KindlingException if the network cannot be differentiated by its input, has not the
   *     class that is to be explained, or takes what has no mean
   */
  public Explainer(NetworkArtifact artifact, ExplanationSettings settings) {
    this(
        new InputGradients(
            NetworkConfiguration.parse(artifact.configuration()),
            artifact.params(),
            artifact.input()),
        artifact.target(),
        settings);
  }

  Explainer(InputGradients network, Target target, ExplanationSettings settings) {
    check(network.input().spec(), target, settings);
    this.network = network;
    this.settings = settings;
    this.gradients = new IntegratedGradients(network, target, settings.steps());
  }

  /** Checks that settings are ones for a network. */
  static void check(InputSpec spec, Target target, ExplanationSettings settings) {
    if (settings.chosenClass() != ExplanationSettings.PREDICTED
        && !(target instanceof ClassTarget classes
            && settings.chosenClass() >= 0
            && settings.chosenClass() < classes.classes())) {
      throw new KindlingException(
          target instanceof ClassTarget classes
              ? "Cannot explain class %d: the network knows the classes 0 to %d"
                  .formatted(settings.chosenClass(), classes.classes() - 1)
              : "Cannot explain class %d: the network predicts a number"
                  .formatted(settings.chosenClass()));
    }
    if (settings.baseline() == Baseline.MEAN && spec.kind() == InputSpec.Kind.VECTOR) {
      throw new KindlingException(
          "Cannot explain predictions against the mean: the network takes %s, whose values have no mean of one kind; use the baseline zero"
              .formatted(spec));
    }
  }

  /**
   * Explains what the network predicts for an example.
   *
   * @param value as a column has it: an image struct, a vector, an array of floats, or a sequence
   *     as {@link io.kindling.input.SequenceColumn} has them
   * @throws BadInputException if the network cannot take it
   */
  public Explanation explain(Object value) throws BadInputException {
    new ColumnEncoder(network.input()).encode(value, encoded);
    InputSpec spec = network.input().spec();
    int steps = encoded.length() / network.input().stepBytes();
    float[] features = new float[spec.values() * steps];
    network.input().decode(encoded.bytes(), 0, steps, features, 0, steps);
    float[] point = network.point(features, steps);
    int positions = point.length / network.rows();
    float[] baseline = settings.baseline().of(point, network.zero(steps), positions);
    Integral integral = gradients.of(features, steps, point, baseline, settings.chosenClass());
    double[] byPosition = byPosition(integral.attributions(), positions);
    Covered covered =
        settings.occlusion()
            ? new Occlusion(network, settings.occlusionSize(), settings.unknownWords())
                .of(features, steps, baseline, integral.score(), integral.value())
            : null;
    return new Explanation(
        integral.score().target(),
        integral.value(),
        integral.atBaseline(),
        spec.kind() == InputSpec.Kind.SEQUENCE
            ? stepByStep(integral.attributions(), positions)
            : floats(byPosition),
        sum(byPosition) - (integral.value() - integral.atBaseline()),
        covered == null ? null : covered.byPosition(positions),
        covered == null ? Double.NaN : covered.agreement(byPosition));
  }

  private static double[] byPosition(double[] attributions, int positions) {
    double[] sums = new double[positions];
    for (int i = 0; i < attributions.length; i++) {
      sums[i % positions] += attributions[i];
    }
    return sums;
  }

  private static float[] stepByStep(double[] attributions, int steps) {
    int width = attributions.length / steps;
    float[] turned = new float[attributions.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = (float) attributions[i % width * steps + i / width];
    }
    return turned;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  @Override
  public void close() {
    network.close();
  }
}
