/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.kindling.input.ExampleBuffer;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.model.ClassTarget;
import io.kindling.optimizers.Adadelta;
import io.kindling.optimizers.Momentum;
import io.kindling.optimizers.Nadam;
import io.kindling.optimizers.RateSchedule;
import io.kindling.optimizers.RateSchedule.Decay;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.ExampleStore;
import io.kindling.shards.Seeds;
import io.kindling.shards.Shard;
import io.kindling.testkit.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * Averaging held against plain DL4J, for both kinds of network.
 *
 * <p>Dropout draws from the thread's generator, which a replica seeds for each minibatch by seed,
 * worker and iteration; the plain loops here seed it the same way, so that the draws are the same.
 *
 * <p>Batch normalization and dropout break one of the equivalences by their nature: that N workers
 * are one network with an N-fold batch. Statistics are those of each replica's own minibatch, not
 * of the N-fold one, and a dropout mask is drawn for each minibatch. What holds with them, to the
 * bit, is that a round ends with the mean of N networks that were fitted apart; without them the
 * N-fold batch holds too, to rounding.
 */
@ExtendWith(LocalSpark.class)
class EquivalenceTest {
  private static final int WIDTH = TrainingExamples.WIDTH;
  private static final int CLASSES = TrainingExamples.CLASSES;
  private static final long SEED = TrainingExamples.SEED;
  private static final InputSpec INPUT = TrainingExamples.INPUT;
  private static final int BATCH = 8;
  private static final int EPOCHS = 2;

  /** DL4J's two kinds of network, each also with layers that do not train. */
  enum Kind {
    LAYERS(false, false),
    GRAPH(true, false),
    LAYERS_IN_PART_FROZEN(false, true),
    GRAPH_IN_PART_FROZEN(true, true);

    private final boolean graph;
    private final boolean frozen;

    Kind(boolean graph, boolean frozen) {
      this.graph = graph;
      this.frozen = frozen;
    }

    String json(NeuralNetConfiguration.Builder all, Dropout noise) {
      return graph ? graph(all.graphBuilder(), noise) : layers(all.list(), noise);
    }

    private String layers(NeuralNetConfiguration.ListBuilder list, Dropout noise) {
      list.layer(keep(new DenseLayer.Builder().nOut(12).build()));
      if (noise != null) {
        list.layer(keep(new BatchNormalization.Builder().build()))
            .layer(new DropoutLayer.Builder(noise).build())
            .layer(new DenseLayer.Builder().nOut(8).dropOut(noise).build());
      }
      return list.layer(output()).setInputType(InputType.feedForward(WIDTH)).build().toJson();
    }

    private String graph(ComputationGraphConfiguration.GraphBuilder graph, Dropout noise) {
      graph
          .addInputs("in")
          .setInputTypes(InputType.feedForward(WIDTH))
          .addLayer("a", keep(new DenseLayer.Builder().nOut(8).build()), "in")
          .addLayer("b", new DenseLayer.Builder().nOut(8).build(), "a");
      if (noise == null) {
        graph
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
            .addVertex("all", new MergeVertex(), "sum", "b")
            .addLayer("out", output(), "all");
      } else {
        graph
            .addLayer("other", keep(new DenseLayer.Builder().nOut(8).build()), "a")
            .addLayer("kept", keep(new BatchNormalization.Builder().build()), "other")
            .addLayer("norm", new BatchNormalization.Builder().build(), "b")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "kept", "norm")
            .addLayer("c", new DenseLayer.Builder().nOut(5).dropOut(noise).build(), "sum")
            .addVertex("all", new MergeVertex(), "sum", "c")
            .addLayer("dropped", new DropoutLayer.Builder(noise).build(), "all")
            .addLayer("out", output(), "dropped");
      }
      return graph.setOutputs("out").build().toJson();
    }

    private Layer keep(Layer layer) {
      return frozen ? new FrozenLayer(layer) : layer;
    }

    NeuralNetwork network(String json) {
      if (graph) {
        ComputationGraph network =
            new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
        network.init();
        return network;
      }
      MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
      network.init();
      return network;
    }

    void setPosition(NeuralNetwork network, int iterations, int epochs) {
      if (network instanceof ComputationGraph of) {
        of.getConfiguration().setIterationCount(iterations);
        of.getConfiguration().setEpochCount(epochs);
      } else {
        ((MultiLayerNetwork) network).setIterationCount(iterations);
        ((MultiLayerNetwork) network).setEpochCount(epochs);
      }
    }

    void endEpoch(NeuralNetwork network) {
      if (network instanceof ComputationGraph of) {
        of.incrementEpochCount();
      } else {
        ((MultiLayerNetwork) network).incrementEpochCount();
      }
    }

    private static OutputLayer output() {
      return new OutputLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build();
    }
  }

  static Stream<Arguments> kindsAndOptimizers() {
    return combined(
        Map.of(
            "sgd", new Sgd(0.05),
            "momentum", new Nesterovs(0.05, 0.9),
            "rmsprop", new RmsProp(0.01),
            "adam", new Adam(0.01),
            "heavy ball", new Momentum(0.05, 0.9),
            "nadam", new Nadam(0.01, 0.9, 0.999, 1e-7),
            "adadelta", new Adadelta(1, 0.95, 1e-7)));
  }

  static Stream<Arguments> kindsAndSchedules() {
    return combined(
        Map.of(
            "a step each third iteration",
            new Nesterovs(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 3), 0.9),
            "exponential by iteration",
            new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.02, 0.9)),
            "a step each epoch",
            new Sgd(new StepSchedule(ScheduleType.EPOCH, 0.1, 0.1, 1)),
            "exponential by epoch",
            new RmsProp(new ExponentialSchedule(ScheduleType.EPOCH, 0.02, 0.3)),
            "a cosine over both epochs after a warm-up of half a one",
            cosine(new Adam()),
            "the same with an optimizer of our own",
            cosine(new Momentum(0, 0.9))));
  }

  private static IUpdater cosine(IUpdater updater) {
    updater.setLrAndSchedule(
        0.02, new RateSchedule(Decay.COSINE, 0.02, EPOCHS - 0.5, 1, 0, 1, 0.1, 0.5, 0, 0, 0));
    return updater;
  }

  private static Stream<Arguments> combined(Map<String, IUpdater> updaters) {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                updaters.entrySet().stream()
                    .map(named -> Arguments.of(kind, named.getKey(), named.getValue())));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kindsAndOptimizers")
  void oneWorkerIsPlainFitToTheBit(Kind kind, String name, IUpdater updater) {
    assertOneWorkerIsPlainFit(kind, spec(kind, updater, new Dropout(0.8), SEED));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("kindsAndSchedules")
  void schedulesOfOneWorkerAreThoseOfPlainFit(Kind kind, String name, IUpdater updater) {
    assertOneWorkerIsPlainFit(kind, spec(kind, updater, new Dropout(0.8), SEED));
  }

  @ParameterizedTest
  @EnumSource
  void aScheduleOfDropoutAdvancesAsItsRateDoes(Kind kind) {
    ISchedule kept = new StepSchedule(ScheduleType.ITERATION, 0.9, 0.8, 4);
    assertOneWorkerIsPlainFit(kind, spec(kind, new Sgd(0.05), new Dropout(kept), SEED));
  }

  private static void assertOneWorkerIsPlainFit(Kind kind, ReplicaSpec spec) {
    JavaRDD<Shard> shards = shards(1, 61);
    TrainingState averaged = train(spec, shards, EPOCHS, 3);

    ExampleStore store = shards.first().training();
    NeuralNetwork network = kind.network(placed(spec, List.of(store)));
    int iterations = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      int[] order = order(store, 0, epoch);
      for (int start = 0; start < order.length; start += BATCH) {
        Nd4j.getRandom().setSeed(Seeds.mix(SEED, 0, iterations++));
        network.fit(batch(List.of(store), List.of(slice(order, start))));
      }
      kind.endEpoch(network);
    }
    assertArrayEquals(HostArrays.floats(network.params()), HostArrays.toFloats(averaged.params()));
    assertArrayEquals(updaterState(network), HostArrays.toFloats(averaged.updaterState()));
    assertEquals(iterations, averaged.iterations());
  }

  @ParameterizedTest
  @EnumSource
  void threeWorkersAtFrequencyOneWithSgdAreOneNetworkWithThriceTheBatch(Kind kind) {
    ReplicaSpec spec = spec(kind, new Sgd(0.05), null, SEED);
    JavaRDD<Shard> shards = shards(3, 100);
    TrainingState averaged = train(spec, shards, EPOCHS, 1);

    List<ExampleStore> stores = stores(shards);
    NeuralNetwork network = kind.network(spec.configuration());
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int start = 0; start < longest(stores); start += BATCH) {
        List<int[]> parts = new ArrayList<>();
        for (int worker = 0; worker < stores.size(); worker++) {
          parts.add(slice(order(stores.get(worker), worker, epoch), start));
        }
        network.fit(batch(stores, parts));
      }
    }
    assertArrayEquals(
        HostArrays.floats(network.params()), HostArrays.toFloats(averaged.params()), 2e-6f);
  }

  @ParameterizedTest
  @EnumSource
  void aRoundIsTheMeanOfNetworksFittedApart(Kind kind) {
    ReplicaSpec spec = spec(kind, new Adam(0.01), new Dropout(0.8), SEED);
    assertTrainingIsTheMeanOfNetworksFittedApart(kind, spec, 3);
  }

  @ParameterizedTest
  @EnumSource
  void schedulesCountTheStepsOfAReplicaHoweverManyThereAre(Kind kind) {
    ISchedule rates = new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 3);
    ISchedule momenta = new ExponentialSchedule(ScheduleType.EPOCH, 0.9, 0.8);
    ReplicaSpec spec = spec(kind, new Nesterovs(rates, momenta), new Dropout(0.8), SEED);
    assertTrainingIsTheMeanOfNetworksFittedApart(kind, spec, 2);
  }

  @ParameterizedTest
  @EnumSource
  void aScheduleCountsTheIterationsOfTheWorkerThatHasMost(Kind kind) {
    ReplicaSpec spec = spec(kind, cosine(new Adam()), new Dropout(0.8), SEED);
    assertTrainingIsTheMeanOfNetworksFittedApart(kind, spec, 3);
  }

  /** What a worker knows of an epoch, its schedules. */
  private static String placed(ReplicaSpec spec, List<ExampleStore> stores) {
    int iterations = -Math.floorDiv(-longest(stores), BATCH);
    return RateSchedule.placed(spec.configuration(), EPOCHS, iterations, 0);
  }

  /** The whole of parameter averaging, in one thread and without Spark. */
  private static void assertTrainingIsTheMeanOfNetworksFittedApart(
      Kind kind, ReplicaSpec spec, int workers) {
    int frequency = 2;
    JavaRDD<Shard> shards = shards(workers, 100);
    TrainingState averaged = train(spec, shards, EPOCHS, frequency);

    List<ExampleStore> stores = stores(shards);
    NeuralNetwork network = kind.network(placed(spec, stores));
    float[] params = HostArrays.floats(network.params());
    float[] state = updaterState(network);
    int iterations = 0;
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (int first = 0; first < longest(stores); first += frequency * BATCH) {
        double[] paramSums = new double[params.length];
        double[] stateSums = new double[state.length];
        int examples = 0;
        int steps = 0;
        for (int worker = 0; worker < workers; worker++) {
          ExampleStore store = stores.get(worker);
          HostArrays.copy(params, network.params());
          if (state.length > 0) {
            HostArrays.copy(state, network.updaterState());
          }
          kind.setPosition(network, iterations, epoch);
          int last = Math.min(first + frequency * BATCH, store.size());
          for (int start = first; start < last; start += BATCH) {
            int step = (start - first) / BATCH;
            Nd4j.getRandom().setSeed(Seeds.mix(SEED, worker, iterations + step));
            int[] part = slice(order(store, worker, epoch), start);
            network.fit(batch(List.of(store), List.of(part)));
            steps = Math.max(steps, step + 1);
          }
          int taken = Math.max(0, last - first);
          add(HostArrays.floats(network.params()), taken, paramSums);
          add(updaterState(network), taken, stateSums);
          examples += taken;
        }
        params = mean(paramSums, examples);
        state = mean(stateSums, examples);
        iterations += steps;
      }
    }
    assertArrayEquals(params, HostArrays.toFloats(averaged.params()));
    assertArrayEquals(state, HostArrays.toFloats(averaged.updaterState()));
    assertEquals(iterations, averaged.iterations());
  }

  @ParameterizedTest
  @EnumSource
  void aRateOfZeroFromTheSecondEpochOnEndsTheTrainingThere(Kind kind) {
    ISchedule rates = new MapSchedule(ScheduleType.EPOCH, Map.of(0, 0.05, 1, 0.0));
    ReplicaSpec spec = spec(kind, new Sgd(rates), null, SEED);
    assertArrayEquals(
        train(spec, shards(2, 100), 1, 2).params(), train(spec, shards(2, 100), 3, 2).params());
  }

  @ParameterizedTest
  @EnumSource
  void theSameSeedAndWorkersGiveTheSameModelAndAnotherSeedAnother(Kind kind) {
    ReplicaSpec spec = spec(kind, new Adam(0.01), new Dropout(0.8), SEED);
    TrainingState first = train(spec, shards(3, 100), EPOCHS, 2);
    TrainingState second = train(spec, shards(3, 100), EPOCHS, 2);
    assertArrayEquals(first.params(), second.params());
    assertArrayEquals(first.updaterState(), second.updaterState());

    ReplicaSpec reseeded =
        new ReplicaSpec(
            spec.configuration(), INPUT, new ClassTarget(CLASSES), BATCH, false, null, SEED + 1);
    assertFalse(Arrays.equals(first.params(), train(reseeded, shards(3, 100), EPOCHS, 2).params()));
  }

  /**
   * Running mean and variance are parameters to DL4J, with an updater of their own, and are
   * averaged as such. The variance is kept as the logarithm of the deviation, by default.
   */
  @Test
  void theRunningStatisticsOfBatchNormalizationAreThoseOfTheData() {
    String json =
        builder(new Adam(0.01), SEED)
            .list()
            .layer(new BatchNormalization.Builder().decay(0.8).build())
            .layer(Kind.output())
            .setInputType(InputType.feedForward(WIDTH))
            .build()
            .toJson();
    ReplicaSpec spec =
        new ReplicaSpec(json, INPUT, new ClassTarget(CLASSES), BATCH, false, null, SEED);
    TrainingState averaged = train(spec, shards(3, 200), 3, 5);

    MultiLayerNetwork network = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
    network.init(
        Nd4j.createFromArray(HostArrays.toFloats(averaged.params()))
            .reshape(1, averaged.params().length / Float.BYTES),
        false);
    float[] means = HostArrays.floats(network.getLayer(0).getParam("mean"));
    float[] deviations = HostArrays.floats(network.getLayer(0).getParam("log10stdev"));
    for (int i = 0; i < WIDTH; i++) {
      // Uniform from 0 to 1.
      assertEquals(0.5, means[i], 0.1);
      assertEquals(Math.log10(Math.sqrt(1 / 12.0)), deviations[i], 0.1);
    }
  }

  private static TrainingState train(
      ReplicaSpec spec, JavaRDD<Shard> shards, int epochs, int frequency) {
    TrainingState initial;
    try (Replica replica = new Replica(spec)) {
      initial = replica.state();
    }
    return new AveragingTrainer(
            JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()),
            spec,
            epochs,
            Averaging.every(frequency),
            new TrainingListener() {})
        .train(shards, initial)
        .state();
  }

  private static ReplicaSpec spec(Kind kind, IUpdater updater, Dropout noise, long seed) {
    NativeRuntime.start();
    return new ReplicaSpec(
        kind.json(builder(updater, seed), noise),
        INPUT,
        new ClassTarget(CLASSES),
        BATCH,
        false,
        null,
        seed);
  }

  private static NeuralNetConfiguration.Builder builder(IUpdater updater, long seed) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(updater)
        .l2(1e-3)
        .activation(Activation.TANH);
  }

  private static float[] updaterState(NeuralNetwork network) {
    return network.updaterState() == null
        ? new float[0]
        : HostArrays.floats(network.updaterState());
  }

  private static void add(float[] values, int weight, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (double) weight * values[i];
    }
  }

  private static float[] mean(double[] sums, int weight) {
    float[] means = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      means[i] = (float) (sums[i] / weight);
    }
    return means;
  }

  /** One minibatch of some examples of each store. */
  private static DataSet batch(List<ExampleStore> stores, List<int[]> parts) {
    int examples = parts.stream().mapToInt(part -> part.length).sum();
    float[] features = new float[examples * WIDTH];
    float[] labels = new float[examples * CLASSES];
    NetworkInput input = new NetworkInput(INPUT);
    ExampleBuffer encoded = new ExampleBuffer();
    int place = 0;
    for (int part = 0; part < stores.size(); part++) {
      for (int index : parts.get(part)) {
        ExampleStore store = stores.get(part);
        store.read(index, encoded);
        input.decode(encoded.bytes(), 0, 1, features, place * WIDTH, 1);
        labels[place * CLASSES + (int) store.label(index)] = 1;
        place++;
      }
    }
    return new DataSet(
        Nd4j.createFromArray(features).reshape('c', examples, WIDTH),
        Nd4j.createFromArray(labels).reshape('c', examples, CLASSES));
  }

  private static int[] order(ExampleStore store, int worker, int epoch) {
    return EpochOrder.of(store.size(), Seeds.mix(SEED, worker, epoch, 3));
  }

  private static int[] slice(int[] order, int start) {
    int from = Math.min(start, order.length);
    return Arrays.copyOfRange(order, from, Math.min(from + BATCH, order.length));
  }

  private static List<ExampleStore> stores(JavaRDD<Shard> shards) {
    return shards.collect().stream().map(Shard::training).toList();
  }

  private static int longest(List<ExampleStore> stores) {
    return stores.stream().mapToInt(ExampleStore::size).max().orElseThrow();
  }

  private static JavaRDD<Shard> shards(int workers, int rows) {
    return TrainingExamples.shards(LocalSpark.session(), workers, rows);
  }
}
