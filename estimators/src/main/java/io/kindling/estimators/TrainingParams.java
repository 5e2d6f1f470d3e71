/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.network.NamedNetworks;
import io.kindling.network.OptimizerSpec;
import io.kindling.network.ScheduleSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The params behind {@link HasTrainingParams}, made and set to their defaults at once. */
public final class TrainingParams implements Serializable {
  private static final long serialVersionUID = 1L;

  static final String DEFAULT_NETWORK = "lenet";

  static final String AVERAGING = "averaging";
  static final String DL4J_SPARK = "dl4j-spark";

  final Param<String> engine;
  final Param<String> labelCol;
  final Param<String> validationIndicatorCol;
  final DoubleParam validationFraction;
  final Param<String> weightCol;
  final Param<String> network;
  final Param<String> optimizer;
  final DoubleParam learningRate;
  final DoubleParam l1;
  final DoubleParam l2;
  final DoubleParam momentum;
  final BooleanParam nesterov;
  final DoubleParam rho;
  final DoubleParam weightDecay;
  final Param<String> schedule;
  final DoubleParam decayEpochs;
  final DoubleParam decayRate;
  final DoubleParam endRate;
  final DoubleParam power;
  final DoubleParam alpha;
  final DoubleParam warmupEpochs;
  final IntParam warmupIterations;
  final IntParam epochs;
  final IntParam batchSize;
  final IntParam workers;
  final BooleanParam bucketing;
  final IntParam averagingFrequency;
  final LongParam seed;
  final DoubleArrayParam pixelMean;
  final DoubleArrayParam pixelStd;
  final DoubleParam clipNorm;
  final DoubleParam clipValue;
  final IntParam earlyStoppingPatience;
  final DoubleParam earlyStoppingMinDelta;
  final Param<String> earlyStoppingMetric;
  final Param<String> checkpointDir;
  final IntParam checkpointEveryRounds;
  final Param<String> initialModel;
  final Param<String> embeddingFile;
  final StringArrayParam embeddingWords;

  /**
   * @param label what the label column holds
   * @param metrics what early stopping may judge by
   */
  TrainingParams(Params stage, String label, List<String> metrics) {
    engine =
        new Param<>(
            stage,
            "engine",
            "how replicas are trained together: averaging, Kindling's own, or dl4j-spark,"
                + " Deeplearning4j's, to compare or migrate; default averaging",
            ParamValidators.inArray(new String[] {AVERAGING, DL4J_SPARK}));
    labelCol = new Param<>(stage, "labelCol", "column of %s; default label".formatted(label));
    validationIndicatorCol =
        new Param<>(
            stage,
            "validationIndicatorCol",
            "boolean column, true for rows that validate rather than train; not set: none");
    validationFraction =
        new DoubleParam(
            stage,
            "validationFraction",
            "share of rows drawn at random to validate, at least 0, less than 1; default 0; not"
                + " used with validationIndicatorCol",
            ParamValidators.inRange(0, 1, true, false));
    weightCol =
        new Param<>(
            stage,
            "weightCol",
            "column of weights, finite numbers of 0 or more, by which each row's training loss is"
                + " multiplied; not set: 1; validation metrics are not weighted");
    network =
        new Param<>(
            stage,
            "network",
            "the network: a name ("
                + String.join(", ", NamedNetworks.names())
                + "), layers as a JSON array, a pretrained network as a JSON object with a key model,"
                + " or a DL4J MultiLayerConfiguration or ComputationGraphConfiguration as JSON;"
                + " default "
                + DEFAULT_NETWORK);
    optimizer =
        new Param<>(
            stage,
            "optimizer",
            "one of "
                + String.join(", ", OptimizerSpec.NAMES)
                + "; default adam; a DL4J configuration brings its own",
            ParamValidators.inArray(OptimizerSpec.NAMES.toArray(new String[0])));
    learningRate =
        new DoubleParam(
            stage,
            "learningRate",
            "step size, above 0, which replaces the rates and schedules of a DL4J configuration; not"
                + " set: the optimizer's usual one, or the DL4J configuration's",
            ParamValidators.gt(0));
    l1 = new DoubleParam(stage, "l1", "L1 penalty, at least 0; default 0", ParamValidators.gtEq(0));
    l2 = new DoubleParam(stage, "l2", "L2 penalty, at least 0; default 0", ParamValidators.gtEq(0));
    momentum =
        new DoubleParam(
            stage,
            "momentum",
            "of the optimizer sgd: the share of the last step that the next one keeps, at least 0,"
                + " less than 1; default 0",
            ParamValidators.inRange(0, 1, true, false));
    nesterov =
        new BooleanParam(
            stage, "nesterov", "whether sgd's momentum looks ahead; default false: a heavy ball");
    rho =
        new DoubleParam(
            stage,
            "rho",
            "of the optimizers rmsprop and adadelta: the share of their running means that they"
                + " keep, at least 0, less than 1; not set: 0.9 and 0.95",
            ParamValidators.inRange(0, 1, true, false));
    weightDecay =
        new DoubleParam(
            stage,
            "weightDecay",
            "of the optimizer adamw: each step takes the learning rate times this times each weight"
                + " from it, at least 0; not set: 0.004",
            ParamValidators.gtEq(0));
    schedule =
        new Param<>(
            stage,
            "schedule",
            "how the learning rate goes over the training, after the warm-up where there is one: "
                + String.join(", ", ScheduleSpec.NAMES)
                + "; default constant; a DL4J configuration brings its own",
            ParamValidators.inArray(ScheduleSpec.NAMES.toArray(new String[0])));
    decayEpochs =
        new DoubleParam(
            stage,
            "decayEpochs",
            "epochs, above 0 and also fractions: of one step, of an exponential's one decayRate, or"
                + " until a polynomial or cosine ends; not set: 1 for the first two, all epochs"
                + " after the warm-up for the others",
            ParamValidators.gt(0));
    decayRate =
        new DoubleParam(
            stage,
            "decayRate",
            "what the schedules step and exponential, which need it, multiply the learning rate"
                + " with, above 0",
            ParamValidators.gt(0));
    endRate =
        new DoubleParam(
            stage,
            "endRate",
            "the learning rate at the end of the schedule polynomial, at least 0; default 0.0001",
            ParamValidators.gtEq(0));
    power =
        new DoubleParam(
            stage,
            "power",
            "of the schedule polynomial, above 0; default 1: a line",
            ParamValidators.gt(0));
    alpha =
        new DoubleParam(
            stage,
            "alpha",
            "the share of the learning rate that the schedule cosine ends with, 0 to 1; default 0",
            ParamValidators.inRange(0, 1));
    warmupEpochs =
        new DoubleParam(
            stage,
            "warmupEpochs",
            "epochs, also fractions, in which the learning rate rises in a line to its full size,"
                + " at least 0, less than epochs; default 0; not with warmupIterations",
            ParamValidators.gtEq(0));
    warmupIterations =
        new IntParam(
            stage,
            "warmupIterations",
            "the same in minibatches of one worker; default 0",
            ParamValidators.gtEq(0));
    epochs =
        new IntParam(
            stage,
            "epochs",
            "passes over the training set, at least 1; default 5",
            ParamValidators.gtEq(1));
    batchSize =
        new IntParam(
            stage,
            "batchSize",
            "examples in a minibatch of one worker, at least 1; default 64",
            ParamValidators.gtEq(1));
    workers =
        new IntParam(
            stage,
            "workers",
            "replicas that train side by side, at least 0; default 0: the task slots of the"
                + " cluster",
            ParamValidators.gtEq(0));
    bucketing =
        new BooleanParam(
            stage,
            "bucketing",
            "whether the sequences of a minibatch are of similar length, so that little padding is"
                + " computed; without meaning for other inputs; default true");
    averagingFrequency =
        new IntParam(
            stage,
            "averagingFrequency",
            "minibatches that each worker fits between averages, at least 1; default 10",
            ParamValidators.gtEq(1));
    seed =
        new LongParam(
            stage,
            "seed",
            "of all that is random; default 42; the weights of a DL4J configuration follow from it"
                + " where it is set, else from the configuration's own");
    pixelMean =
        new DoubleArrayParam(
            stage,
            "pixelMean",
            "subtracted from pixels of 0 to 1, one for each channel, red green blue; default 0");
    pixelStd =
        new DoubleArrayParam(
            stage, "pixelStd", "divides what is left, one for each channel, above 0; default 1");
    clipNorm =
        new DoubleParam(
            stage,
            "clipNorm",
            "L2 norm, above 0, that the gradient of each parameter is scaled down to where it is"
                + " larger; not set: none; not with clipValue; a DL4J configuration brings its own",
            ParamValidators.gt(0));
    clipValue =
        new DoubleParam(
            stage,
            "clipValue",
            "largest absolute value, above 0, of each element of a gradient; not set: none; not"
                + " with clipNorm; a DL4J configuration brings its own",
            ParamValidators.gt(0));
    earlyStoppingPatience =
        new IntParam(
            stage,
            "earlyStoppingPatience",
            "epochs in a row that are no better than the best one after which training stops, at"
                + " least 0; the model is then the best epoch's; default 0: train all epochs and"
                + " keep the last",
            ParamValidators.gtEq(0));
    earlyStoppingMinDelta =
        new DoubleParam(
            stage,
            "earlyStoppingMinDelta",
            "by how much a better epoch must be better, at least 0; default 0",
            ParamValidators.gtEq(0));
    earlyStoppingMetric =
        new Param<>(
            stage,
            "earlyStoppingMetric",
            "what tells the better epoch, on the validation rows: one of "
                + String.join(", ", metrics)
                + "; default loss, which is that of training where there are no validation rows",
            ParamValidators.inArray(metrics.toArray(new String[0])));
    checkpointDir =
        new Param<>(
            stage,
            "checkpointDir",
            "folder of any Hadoop file system for checkpoints, for one training at a time, so not"
                + " under a CrossValidator or TrainValidationSplit, which fit many; a fit"
                + " that finds one of the same training there goes on from it, also from its end;"
                + " not set: none");
    checkpointEveryRounds =
        new IntParam(
            stage,
            "checkpointEveryRounds",
            "rounds of an epoch after which one more checkpoint is written, at least 1; not set:"
                + " only at the end of each epoch",
            ParamValidators.gtEq(1));
    initialModel =
        new Param<>(
            stage,
            "initialModel",
            "path of a saved Kindling model of the same network, input and classes (of a"
                + " regression: its scale of labels is taken), with whose"
                + " parameters training starts; not set: with random ones");
    embeddingFile =
        new Param<>(
            stage,
            "embeddingFile",
            "text file of any Hadoop file system with word vectors (word2vec's text format, or"
                + " GloVe's) that the network's embedding starts with, where they are words of"
                + " embeddingWords; not set: random ones");
    embeddingWords =
        new StringArrayParam(
            stage,
            "embeddingWords",
            "the words of the token ids, in their order, for embeddingFile: the vocabulary of the"
                + " VocabularyIndexerModel");
    stage.setDefault(earlyStoppingPatience, 0);
    stage.setDefault(earlyStoppingMinDelta, 0.0);
    stage.setDefault(earlyStoppingMetric, "loss");
    stage.setDefault(engine, AVERAGING);
    stage.setDefault(labelCol, "label");
    stage.setDefault(validationFraction, 0.0);
    stage.setDefault(network, DEFAULT_NETWORK);
    stage.setDefault(optimizer, "adam");
    stage.setDefault(l1, 0.0);
    stage.setDefault(l2, 0.0);
    stage.setDefault(momentum, 0.0);
    stage.setDefault(nesterov, false);
    stage.setDefault(schedule, "constant");
    stage.setDefault(endRate, 1e-4);
    stage.setDefault(power, 1.0);
    stage.setDefault(alpha, 0.0);
    stage.setDefault(warmupEpochs, 0.0);
    stage.setDefault(warmupIterations, 0);
    stage.setDefault(epochs, 5);
    stage.setDefault(batchSize, 64);
    stage.setDefault(workers, 0);
    stage.setDefault(bucketing, true);
    stage.setDefault(averagingFrequency, 10);
    stage.setDefault(seed, 42L);
  }
}
