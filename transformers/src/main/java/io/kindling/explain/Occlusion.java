/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.input.InputSpec;
import io.kindling.input.SequenceColumn;
import java.util.Arrays;
import java.util.List;

/**
 * Occlusion (Zeiler and Fergus 2014, Visualizing and Understanding Convolutional Networks): how
 * much a score drops when a part of the example is covered. It needs no gradient, so it checks one.
 *
 * @param network what is asked
 * @param size of {@link Regions}
 * @param unknownWords whether a word that is covered is an unknown one; else it is left out
 */
record Occlusion(InputGradients network, int size, boolean unknownWords) {
  /** Values of the examples of one pass. */
  private static final int MOST_VALUES = 1 << 22;

  /**
   * What covering showed.
   *
   * @param regions the positions that were covered at once
   * @param drops of the score, of each
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once
  record Covered(List<int[]> regions, double[] drops) {
    /** The mean drop of the regions that a position is in. */
    float[] byPosition(int positions) {
      double[] sums = new double[positions];
      int[] counts = new int[positions];
      for (int i = 0; i < drops.length; i++) {
        for (int position : regions.get(i)) {
          sums[position] += drops[i];
          counts[position]++;
        }
      }
      float[] means = new float[positions];
      for (int i = 0; i < positions; i++) {
        means[i] = (float) (sums[i] / counts[i]);
      }
      return means;
    }

    /**
     * Spearman's rank correlation of the drops and of what the regions' positions are attributed.
     *
     * @return NaN where one of the two is the same for all regions
     */
    double agreement(double[] attributions) {
      double[] attributed = new double[drops.length];
      for (int i = 0; i < attributed.length; i++) {
        for (int position : regions.get(i)) {
          attributed[i] += attributions[position];
        }
      }
      return RankCorrelation.of(attributed, drops);
    }
  }

  /**
   * @param features the example, {@code [rows, positions]}
   * @param cover what is put over it, likewise; not used for words
   * @param score what drops
   * @param value of the example
   */
  Covered of(float[] features, int steps, float[] cover, Score score, double value) {
    InputSpec spec = network.input().spec();
    List<int[]> regions = Regions.of(spec, steps, size);
    boolean words = spec.kind() == InputSpec.Kind.TOKENS;
    // A text's only word cannot be left out: a text without words is one unknown word.
    boolean leftOut = words && !unknownWords && steps > 1;
    int variantSteps = leftOut ? steps - 1 : steps;
    int length = leftOut ? features.length - 1 : features.length;
    double[] drops = new double[regions.size()];
    int most = Math.max(1, Math.min(256, MOST_VALUES / Math.max(length, network.rows() * steps)));
    for (int from = 0; from < drops.length; from += most) {
      int count = Math.min(most, drops.length - from);
      float[] variants = new float[count * length];
      for (int i = 0; i < count; i++) {
        int[] region = regions.get(from + i);
        float[] variant =
            leftOut
                ? without(features, region[0])
                : words ? unknown(features, region[0]) : covered(features, cover, region);
        System.arraycopy(variant, 0, variants, i * length, length);
      }
      double[][] outputs = network.outputs(variants, count, variantSteps);
      for (int i = 0; i < count; i++) {
        drops[from + i] = value - score.value(outputs[i]);
      }
    }
    return new Covered(regions, drops);
  }

  private static float[] without(float[] ids, int place) {
    float[] rest = Arrays.copyOf(ids, ids.length - 1);
    System.arraycopy(ids, place + 1, rest, place, rest.length - place);
    return rest;
  }

  private static float[] unknown(float[] ids, int place) {
    float[] changed = ids.clone();
    changed[place] = SequenceColumn.UNKNOWN_ID;
    return changed;
  }

  private float[] covered(float[] features, float[] cover, int[] region) {
    float[] changed = features.clone();
    int positions = features.length / network.rows();
    for (int row = 0; row < features.length; row += positions) {
      for (int position : region) {
        changed[row + position] = cover[row + position];
      }
    }
    return changed;
  }
}
