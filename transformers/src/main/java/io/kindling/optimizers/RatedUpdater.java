/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.optimizers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * An optimizer with a learning rate and some arrays of state, each as long as the parameters. DL4J
 * keeps those in its view of all state, so that they are averaged, saved and resumed like that of
 * its own optimizers.
 */
public abstract class RatedUpdater implements IUpdater {
  private static final long serialVersionUID = 1L;

  private double learningRate;
  private ISchedule learningRateSchedule;

  RatedUpdater(double learningRate) {
    this.learningRate = learningRate;
  }

  /** How many arrays of state it has. */
  abstract int arrays();

  /** What each element of the state is at first. */
  abstract double initialState();

  /**
   * Makes a gradient what is subtracted from the parameters.
   *
   * @param gradient changed in place
   * @param state changed in place
   * @param rate the learning rate now
   * @param iteration steps before this one
   */
  abstract void step(INDArray gradient, List<INDArray> state, double rate, int iteration);

  /** The settings but for the learning rate. */
  abstract List<Double> settings();

  /** Another of the same settings; its learning rate is set by {@link #clone}. */
  abstract RatedUpdater fresh();

  @Override
  public long stateSize(long numParams) {
    return arrays() * numParams;
  }

  @Override
  public GradientUpdater<RatedUpdater> instantiate(INDArray view, boolean initialize) {
    Steps steps = new Steps(this);
    steps.setStateViewArray(view, new long[] {view.length() / arrays()}, 'c', initialize);
    return steps;
  }

  @Override
  public GradientUpdater<RatedUpdater> instantiate(
      Map<String, INDArray> state, boolean initialize) {
    Steps steps = new Steps(this);
    steps.setState(state, initialize);
    return steps;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return learningRateSchedule == null
        ? learningRate
        : learningRateSchedule.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    this.learningRate = rate;
    this.learningRateSchedule = schedule;
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // an interface's, not Object's
  public RatedUpdater clone() {
    RatedUpdater copy = fresh();
    copy.setLrAndSchedule(
        learningRate, learningRateSchedule == null ? null : learningRateSchedule.clone());
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RatedUpdater updater
        && getClass() == updater.getClass()
        && Double.compare(learningRate, updater.learningRate) == 0
        && Objects.equals(learningRateSchedule, updater.learningRateSchedule)
        && settings().equals(updater.settings());
  }

  @Override
  public int hashCode() {
    return Objects.hash(getClass(), learningRate, learningRateSchedule, settings());
  }

  /** One block of parameters under an optimizer. */
  private static final class Steps implements GradientUpdater<RatedUpdater> {
    private final RatedUpdater config;
    private List<INDArray> state = List.of();

    Steps(RatedUpdater config) {
      this.config = config;
    }

    @Override
    public RatedUpdater getConfig() {
      return config;
    }

    @Override
    public void setState(Map<String, INDArray> arrays, boolean initialize) {
      List<INDArray> found = new ArrayList<>();
      for (int i = 0; i < config.arrays(); i++) {
        found.add(Objects.requireNonNull(arrays.get("state" + i), "state" + i));
      }
      state = found;
    }

    @Override
    public Map<String, INDArray> getState() {
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      for (int i = 0; i < state.size(); i++) {
        arrays.put("state" + i, state.get(i));
      }
      return arrays;
    }

    @Override
    public void setStateViewArray(
        INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
      INDArray flat = view.reshape(view.length());
      if (initialize) {
        flat.assign(config.initialState());
      }
      long length = view.length() / config.arrays();
      List<INDArray> parts = new ArrayList<>();
      for (int i = 0; i < config.arrays(); i++) {
        parts.add(flat.get(NDArrayIndex.interval(i * length, (i + 1) * length)));
      }
      state = parts;
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      config.step(
          gradient.reshape(gradient.length()),
          state,
          config.getLearningRate(iteration, epoch),
          iteration);
    }
  }
}
