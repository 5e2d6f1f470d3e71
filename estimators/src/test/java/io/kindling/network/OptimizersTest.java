/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.Network;
import io.kindling.model.NetworkConfiguration;
import io.kindling.optimizers.DecoupledWeightDecay;
import io.kindling.runtime.NativeRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Each optimizer's steps against the rule it is published with, one number at a time. */
class OptimizersTest {
  private static final double EPSILON = 1e-7;
  private static final int STEPS = 12;
  private static final double RATE = 0.05;

  /** One parameter's rule: the step of a gradient, which is subtracted. */
  private abstract static class Rule {
    double m;
    double v;
    double most;

    /**
     * @param t from 1 on
     */
    abstract double step(double g, int t);

    void adamMeans(double g) {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
    }
  }

  private static OptimizerSpec named(String name) {
    return new OptimizerSpec(name, RATE, 0, 0);
  }

  private static OptimizerSpec sgd(double momentum, boolean nesterov) {
    return new OptimizerSpec(
        "sgd", RATE, 0, 0, momentum, nesterov, Double.NaN, Double.NaN, ScheduleSpec.CONSTANT);
  }

  private static OptimizerSpec rho(String name, double rho) {
    return new OptimizerSpec(
        name, RATE, 0, 0, Double.NaN, false, rho, Double.NaN, ScheduleSpec.CONSTANT);
  }

  static Stream<Arguments> optimizers() {
    return Stream.of(
        Arguments.of(named("sgd"), rule((r, g, t) -> RATE * g)),
        Arguments.of(
            sgd(0.8, false),
            rule(
                (r, g, t) -> {
                  r.m = 0.8 * r.m + RATE * g;
                  return r.m;
                })),
        Arguments.of(sgd(0.8, true), nesterov(0.8)),
        Arguments.of(named("momentum"), nesterov(0.9)),
        // Tieleman and Hinton 2012; epsilon beside the root, which begins with it.
        Arguments.of(named("rmsprop"), rmsprop(0.9)),
        Arguments.of(rho("rmsprop", 0.7), rmsprop(0.7)),
        Arguments.of(named("adam"), adam()),
        Arguments.of(named("adamw"), adam()),
        Arguments.of(
            named("adamax"),
            rule(
                (r, g, t) -> {
                  r.m = 0.9 * r.m + 0.1 * g;
                  r.most = Math.max(0.999 * r.most, Math.abs(g));
                  return r.most == 0 ? 0 : RATE / (1 - Math.pow(0.9, t)) * r.m / r.most;
                })),
        Arguments.of(
            named("nadam"),
            rule(
                (r, g, t) -> {
                  r.adamMeans(g);
                  double now = 0.9 * (1 - 0.5 * Math.pow(0.96, t));
                  double next = 0.9 * (1 - 0.5 * Math.pow(0.96, t + 1));
                  double product = 1;
                  for (int i = 1; i <= t; i++) {
                    product *= 0.9 * (1 - 0.5 * Math.pow(0.96, i));
                  }
                  double mean = next * r.m / (1 - product * next) + (1 - now) * g / (1 - product);
                  return RATE * mean / (Math.sqrt(r.v / (1 - Math.pow(0.999, t))) + EPSILON);
                })),
        Arguments.of(
            named("amsgrad"),
            rule(
                (r, g, t) -> {
                  r.adamMeans(g);
                  r.most = Math.max(r.most, r.v);
                  return RATE * correction(t) * r.m / (Math.sqrt(r.most) + EPSILON);
                })),
        Arguments.of(
            named("adagrad"),
            rule(
                (r, g, t) -> {
                  r.v = (t == 1 ? 0.1 : r.v) + g * g;
                  return RATE * g / Math.sqrt(r.v + EPSILON);
                })),
        Arguments.of(named("adadelta"), adadelta(0.95)),
        Arguments.of(rho("adadelta", 0.6), adadelta(0.6)));
  }

  private interface Formula {
    double step(Rule rule, double g, int t);
  }

  /** A rule without state yet, one for each parameter. */
  private interface Rules {
    Rule fresh();
  }

  private static Rules rule(Formula formula) {
    return () ->
        new Rule() {
          @Override
          double step(double g, int t) {
            return formula.step(this, g, t);
          }
        };
  }

  private static double correction(int t) {
    return Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
  }

  private static Rules adam() {
    return rule(
        (r, g, t) -> {
          r.adamMeans(g);
          return RATE * correction(t) * r.m / (Math.sqrt(r.v) + EPSILON);
        });
  }

  private static Rules nesterov(double momentum) {
    return rule(
        (r, g, t) -> {
          r.m = momentum * r.m - RATE * g;
          return RATE * g - momentum * r.m;
        });
  }

  private static Rules rmsprop(double rho) {
    return rule(
        (r, g, t) -> {
          r.v = rho * (t == 1 ? EPSILON : r.v) + (1 - rho) * g * g;
          return RATE * g / (Math.sqrt(r.v) + EPSILON);
        });
  }

  private static Rules adadelta(double rho) {
    return rule(
        (r, g, t) -> {
          r.v = rho * r.v + (1 - rho) * g * g;
          double step = Math.sqrt(r.m + EPSILON) / Math.sqrt(r.v + EPSILON) * g;
          r.m = rho * r.m + (1 - rho) * step * step;
          return RATE * step;
        });
  }

  @BeforeAll
  static void start() {
    NativeRuntime.start();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void stepsAreThoseOfThePublishedRule(OptimizerSpec spec, Rules rules) {
    IUpdater updater = spec.updater();
    int width = 6;
    Rule[] each = Stream.generate(rules::fresh).limit(width).toArray(Rule[]::new);
    long size = updater.stateSize(width);
    GradientUpdater<?> steps =
        updater.instantiate(size == 0 ? null : Nd4j.create(DataType.FLOAT, size), true);
    for (int t = 1; t <= STEPS; t++) {
      float[] gradient = new float[width];
      float[] wanted = new float[width];
      for (int i = 0; i < width; i++) {
        // Of many sizes, of both signs, and turning; the last one never has a gradient.
        gradient[i] = i == width - 1 ? 0 : (float) (Math.pow(10, i - 3) * Math.sin(t + i));
        wanted[i] = (float) each[i].step(gradient[i], t);
      }
      INDArray array = Nd4j.createFromArray(gradient);
      steps.applyUpdater(array, t - 1, 0);
      for (int i = 0; i < width; i++) {
        assertEquals(
            wanted[i],
            array.getFloat(i),
            1e-4 * Math.abs(wanted[i]) + 1e-9,
            spec.name() + " step " + t + ", parameter " + i + Arrays.toString(gradient));
      }
    }
  }

  @Test
  void anUnknownOptimizerIsAnError() {
    KindlingException e = assertThrows(KindlingException.class, () -> named("nadm").updater());
    assertEquals(
        "Cannot build the network: there is no optimizer 'nadm'; the nearest is 'nadam', all are"
            + " sgd, momentum, rmsprop, adam, adamw, adamax, nadam, amsgrad, adagrad, adadelta",
        e.getMessage());
  }

  /** DL4J copies configurations while it builds a network, and keeps them as JSON. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void copiesAndJsonKeepEverySetting(OptimizerSpec spec, Rules rules) {
    for (ScheduleSpec schedule :
        List.of(
            ScheduleSpec.CONSTANT, new ScheduleSpec("cosine", 2.5, 0.5, 0.1, 2, 0.3, 0.25, 0))) {
      OptimizerSpec scheduled =
          new OptimizerSpec(
              spec.name(),
              RATE,
              0.1,
              0,
              spec.momentum(),
              spec.nesterov(),
              spec.rho(),
              0.3,
              schedule);
      IUpdater updater = scheduled.updater();
      assertEquals(updater, updater.clone());
      NetworkConfiguration built =
          NetworkBuilder.configuration(
              List.of(),
              InputSpec.vector(3),
              Head.classifier(2),
              scheduled,
              GradientClipping.NONE,
              1);
      String json = built.toJson();
      NetworkConfiguration read = NetworkConfiguration.parse(json);
      assertEquals(json, read.toJson());
      BaseLayer layer = (BaseLayer) read.layers().get(0);
      assertEquals(updater, layer.getIUpdater());
      assertEquals(
          ((BaseLayer) built.layers().get(0)).getRegularization(), layer.getRegularization());
      assertEquals(spec.name().equals("adamw") ? 2 : 1, layer.getRegularization().size());
    }
    assertNotEquals(spec.updater(), new OptimizerSpec(spec.name(), RATE / 2, 0, 0).updater());
  }

  /** Without a gradient, adamw takes rate times decay of each weight, and nothing of a bias. */
  @Test
  void weightDecayTakesItsShareOnceAndAddsNothingToTheLoss() {
    OptimizerSpec spec =
        new OptimizerSpec(
            "adamw", RATE, 0, 0, Double.NaN, false, Double.NaN, 0.3, ScheduleSpec.CONSTANT);
    NetworkConfiguration built =
        NetworkBuilder.configuration(
            List.of(), InputSpec.vector(3), Head.classifier(2), spec, GradientClipping.NONE, 1);
    try (Network network = built.build()) {
      INDArray before = network.params().dup();
      // All inputs are 0, and the biases' gradients of the two examples cancel out.
      network.fit(Nd4j.zeros(2, 3), Nd4j.eye(2), null);
      INDArray wanted = before.dup();
      wanted.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 6)).muli(1 - RATE * 0.3);
      assertArrayEquals(wanted.toFloatVector(), network.params().toFloatVector(), 1e-6f);
      assertEquals(Math.log(2), network.score(), 1e-6);
    }
  }

  /** DL4J would add those of the network's penalties whose kind the layer lacks. */
  @Test
  void aLayersOwnPenaltiesReplaceTheNetworksButNotTheDecay() {
    Regularization decay = new DecoupledWeightDecay(0.004);
    Regularization noL1 = new L1Regularization(0);
    Regularization noL2 = new L2Regularization(0);
    Regularization l1 = new L1Regularization(0.1);
    Map<String, Object> none = Map.of("l2", 0);
    assertEquals(List.of(noL1, noL2), penalties("adam", 0.2, none));
    assertEquals(List.of(l1, noL2), penalties("adam", 0.2, Map.of("l1", 0.1)));
    assertEquals(
        List.of(noL1, new L2Regularization(0.2)), penalties("adam", 0.3, Map.of("l2", 0.1)));
    assertEquals(List.of(noL1, noL2, decay), penalties("adamw", 0, none));
    assertEquals(
        List.of(noL1, new L2Regularization(0.2), decay), penalties("adamw", 0, Map.of("l2", 0.1)));
  }

  /** Of a layer in a list, and of one in a wrapper in a graph, which must be the same. */
  private static List<Regularization> penalties(String name, double l2, Map<String, Object> own) {
    OptimizerSpec optimizer = new OptimizerSpec(name, RATE, 0.3, l2);
    NetworkConfiguration list =
        NetworkBuilder.configuration(
            List.of(Layers.dense(3).with("kernel-regularizer", own)),
            InputSpec.vector(3),
            Head.classifier(2),
            optimizer,
            GradientClipping.NONE,
            1);
    NetworkConfiguration graph =
        NetworkBuilder.configuration(
            List.of(
                LayerSpec.of(
                    Map.of(
                        "bidirectional",
                        Map.of(
                            "layer",
                            Map.of("lstm", Map.of("units", 3, "kernel-regularizer", own)))))),
            InputSpec.sequence(3),
            Head.classifier(2),
            optimizer,
            GradientClipping.NONE,
            1);
    List<Regularization> found = ((BaseLayer) list.layers().get(0)).getRegularization();
    for (Layer wrapped : graph.layers().subList(0, 2)) {
      assertEquals(
          found, ((BaseLayer) ((BaseWrapperLayer) wrapped).getUnderlying()).getRegularization());
    }
    // Its own decay once, the network's penalties where it has none.
    assertEquals(
        name.equals("adamw") || l2 > 0 ? 2 : 1,
        ((BaseLayer) list.layers().get(1)).getRegularization().size());
    return found;
  }
}
