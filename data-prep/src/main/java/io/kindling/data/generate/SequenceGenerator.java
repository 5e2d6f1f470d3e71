/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.generate;

import io.kindling.data.KindlingException;
import io.kindling.data.read.ExampleSchema;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Draws noisy waves, {@code [steps, width]}: of half to all of {@code steps} steps, with a random
 * frequency of one period in 5 to 20 steps, a random amplitude of 0.5 to 1.5 and, in each of the
 * {@code width} columns, a random phase. Every value has normal noise of standard deviation 0.1.
 *
 * <ul>
 *   <li>{@link Task#CLASSIFICATION}: the label is the kind of wave, {@code sine}, {@code sawtooth}
 *       or {@code autoregressive} (a process of second order that oscillates at that frequency), in
 *       about equal numbers
 *   <li>{@link Task#REGRESSION}: sines; the label is the next value of the first column, without
 *       noise
 * </ul>
 *
 * <p>A row depends on all but the number of rows, and its index, so the same seed gives the same
 * rows whatever the number of partitions or executors, and fewer rows are the beginning of more.
 *
 * @param rows how many, at least 1
 * @param seed any number; another one gives other waves
 * @param task what there is to predict
 * @param steps greatest length, at least 4
 * @param width values in a step, at least 1
 */
public record SequenceGenerator(long rows, long seed, Task task, int steps, int width) {
  /** What there is to predict. */
  public enum Task {
    CLASSIFICATION,
    REGRESSION
  }

  private static final List<String> CLASS_NAMES = List.of("sine", "sawtooth", "autoregressive");

  public SequenceGenerator {
    GeneratedRows.requireRows(rows, "sequences");
    if (steps < 4 || width < 1) {
      throw new KindlingException(
          "Cannot generate sequences: steps = "
              + steps
              + " must be at least 4, and width = "
              + width
              + " at least 1");
    }
  }

  /** Rows of {@link ExampleSchema#SEQUENCE}, without a split; drawn on the executors. */
  public Dataset<Row> generate(SparkSession spark) {
    return new GeneratedRows(rows, seed)
        .draw(spark, ExampleSchema.SEQUENCE, classNames(), drawers(task, steps, width));
  }

  Dataset<Row> generate(SparkSession spark, int partitions) {
    return new GeneratedRows(rows, seed)
        .draw(spark, partitions, ExampleSchema.SEQUENCE, classNames(), drawers(task, steps, width));
  }

  private List<String> classNames() {
    return task == Task.CLASSIFICATION ? CLASS_NAMES : null;
  }

  private static GeneratedRows.Drawers drawers(Task task, int steps, int width) {
    return () ->
        (origin, index, random) -> {
          int kind = task == Task.CLASSIFICATION ? random.nextInt(CLASS_NAMES.size()) : 0;
          int length = random.nextInt(steps / 2, steps + 1);
          Wave wave = new Wave(random.nextDouble(0.05, 0.2), random.nextDouble(0.5, 1.5));
          float[][] sequence = new float[length][width];
          double next = 0;
          for (int column = 0; column < width; column++) {
            double[] values = wave.values(kind, length + 1, random);
            for (int step = 0; step < length; step++) {
              sequence[step][column] = (float) (values[step] + 0.1 * random.nextGaussian());
            }
            next = column == 0 ? values[length] : next;
          }
          double label = task == Task.CLASSIFICATION ? kind : next;
          return RowFactory.create(origin, sequence, label, null, null);
        };
  }

  /**
   * A wave of one column.
   *
   * @param frequency periods in a step
   * @param amplitude of its sine
   */
  private record Wave(double frequency, double amplitude) {
    /** How long the autoregressive process remembers: its poles' distance from 0. */
    private static final double RADIUS = 0.9;

    double[] values(int kind, int length, SplittableRandom random) {
      double phase = random.nextDouble();
      double[] values = new double[length];
      switch (CLASS_NAMES.get(kind)) {
        case "sine" -> {
          for (int t = 0; t < length; t++) {
            values[t] = amplitude * Math.sin(2 * Math.PI * (frequency * t + phase));
          }
        }
        case "sawtooth" -> {
          for (int t = 0; t < length; t++) {
            double turn = frequency * t + phase;
            values[t] = amplitude * (2 * (turn - Math.floor(turn)) - 1);
          }
        }
        default -> autoregressive(values, random);
      }
      return values;
    }

    /** Innovations are scaled so that its variance is the sine's. */
    private void autoregressive(double[] values, SplittableRandom random) {
      double first = 2 * RADIUS * Math.cos(2 * Math.PI * frequency);
      double second = -RADIUS * RADIUS;
      double gain = (1 - second) / ((1 + second) * ((1 - second) * (1 - second) - first * first));
      double scale = amplitude * Math.sqrt(0.5 / gain);
      double last = 0;
      double beforeLast = 0;
      int settling = 50;
      for (int t = -settling; t < values.length; t++) {
        double value = first * last + second * beforeLast + scale * random.nextGaussian();
        beforeLast = last;
        last = value;
        if (t >= 0) {
          values[t] = value;
        }
      }
    }
  }
}
