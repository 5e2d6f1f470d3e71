/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import static org.apache.spark.sql.functions.col;

import io.kindling.checkpoint.CheckpointFolder;
import io.kindling.data.BadRowPolicy;
import io.kindling.data.KindlingException;
import io.kindling.data.read.ImageDataSet;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.estimators.NetworkEstimator;
import io.kindling.estimators.NetworkRegressor;
import io.kindling.jobs.conf.AugmentationConf;
import io.kindling.jobs.conf.AveragingConf;
import io.kindling.jobs.conf.ConfigurationException;
import io.kindling.jobs.conf.EarlyStoppingConf;
import io.kindling.jobs.conf.JobConf;
import io.kindling.jobs.conf.ScheduleConf;
import io.kindling.jobs.conf.TrainingConf;
import io.kindling.model.NetworkModel;
import io.kindling.model.TrainingSummary;
import io.kindling.transformers.VocabularyIndexerModel;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A prepared data set to a saved model. */
final class TrainJob implements Job {
  /** Marks the rows to measure each epoch with. */
  private static final String VALIDATION_COLUMN = "kindling_validation";

  @Override
  public String name() {
    return "train";
  }

  @Override
  public String description() {
    return "Trains a network on a prepared data set and saves it as a Spark ML model.";
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void check(JobConf conf) {
    JobConf.required(conf.input(), "input", name(), "a prepared data set's folder");
    JobConf.required(conf.model(), "model", name(), "the folder to save the model to");
    try {
      estimator(conf, conf.network().model()).checkTogether();
    } catch (ConfigurationException e) {
      throw e;
    } catch (KindlingException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  @Override
  public TrainSummary run(SparkSession spark, JobConf conf, Console console) {
    Stopwatch watch = new Stopwatch();
    Locations locations = new Locations(spark);
    String path = locations.free(conf.model(), conf.overwrite(), "model");
    String checkpoints = checkpoints(locations, conf);

    SavedModel.requirePlace(spark, path, conf.overwrite());
    spark.sparkContext().setJobDescription("train: look at " + conf.input());
    PreparedSet set = new PreparedSet(spark, conf.input(), name());
    String pretrained = pretrained(locations, conf);
    NetworkEstimator<?, ?> estimator = estimator(conf, pretrained);
    InputStages stages = stages(spark, conf, pretrained, set, estimator, console);
    estimator.setFeaturesCol(stages.featuresCol());
    if (checkpoints != null) {
      estimator.setCheckpointDir(checkpoints);
    }
    Dataset<Row> training = set.part(conf.split(), ImageDataSet.TRAIN);
    spark.sparkContext().setJobDescription("train: prepare the input of " + set.path());
    PipelineModel input = stages.fit(training);
    setEmbedding(estimator, locations, conf, input);
    Dataset<Row> rows = input.transform(withValidation(training, set, conf, estimator));

    spark.sparkContext().setJobDescription("train: " + set.path());
    NetworkModel<?> model;
    try (TrainingProgress progress = new TrainingProgress(console)) {
      model = estimator.setTrainingListener(progress).fit(rows);
    }
    spark.sparkContext().setJobDescription("train: save " + path);
    SavedModel.save(input, model, training, path, conf.overwrite());
    if (checkpoints != null) {
      // The model is safe; the next train starts anew.
      new CheckpointFolder(checkpoints, spark.sparkContext().hadoopConfiguration()).clear();
    }
    TrainingSummary summary = model.summary();
    if (summary.verdict() != null) {
      console.say(summary.verdict());
    }
    return new TrainSummary(
        name(),
        watch.seconds(),
        summary.examples(),
        summary.examplesSkipped(),
        summary.examplesTrained(),
        summary.epochs(),
        summary.workers(),
        summary.rounds(),
        summary.trainSeconds(),
        summary.examplesPerSecond(),
        summary.loss(),
        summary.validation(),
        summary.ledger(),
        summary.verdict(),
        path,
        summary.bestEpoch(),
        summary.stoppedEarly(),
        summary.resumedFrom());
  }

  /** The absolute path at {@code network.model}; null where that is not set. */
  static String pretrained(Locations locations, JobConf conf) {
    return conf.network().model() == null
        ? null
        : locations.existing(conf.network().model(), "train", "network.model");
  }

  /** The stages before the network; of a pipeline that training starts with its own. */
  InputStages stages(
      SparkSession spark,
      JobConf conf,
      String pretrained,
      PreparedSet set,
      NetworkEstimator<?, ?> estimator,
      Console console) {
    if (pretrained != null) {
      if (conf.training().initialModel() != null) {
        throw new ConfigurationException(
            "Cannot train: key 'training.initial-model' is set, but 'network.model' gives the network with its parameters; leave one out");
      }
      Optional<SavedModel> pipeline = SavedModel.pipeline(spark, pretrained);
      return stages(conf, "network.model", pretrained, pipeline, set, console);
    }
    if (conf.training().initialModel() == null) {
      return new InputStages(conf, set.rows().schema());
    }
    String start =
        new Locations(spark)
            .existing(conf.training().initialModel(), name(), "training.initial-model");
    Optional<SavedModel> pipeline = SavedModel.pipeline(spark, start);
    estimator.setInitialModel(pipeline.map(model -> model.networkPath(spark, start)).orElse(start));
    return stages(conf, "training.initial-model", start, pipeline, set, console);
  }

  private static InputStages stages(
      JobConf conf,
      String key,
      String start,
      Optional<SavedModel> pipeline,
      PreparedSet set,
      Console console) {
    if (pipeline.isEmpty()) {
      InputStages fresh = new InputStages(conf, set.rows().schema());
      if (fresh.learnVocabulary()) {
        throw new KindlingException(
            "Cannot start with the model %s (%s): it is a network without the vocabulary that its token ids are of; start with the pipeline that it was saved in"
                .formatted(start, key));
      }
      return fresh;
    }
    console.say("the stages before the network, vocabulary included, are those of " + start);
    return new InputStages(pipeline.get());
  }

  /** The file of word vectors with the words that the training texts have. */
  private void setEmbedding(
      NetworkEstimator<?, ?> estimator, Locations locations, JobConf conf, PipelineModel input) {
    if (conf.network().embeddingFile() == null) {
      return;
    }
    estimator.setEmbeddingFile(
        locations.existing(conf.network().embeddingFile(), name(), "network.embedding-file"));
    for (Transformer stage : input.stages()) {
      if (stage instanceof VocabularyIndexerModel vocabulary) {
        estimator.setEmbeddingWords(vocabulary.vocabulary());
        return;
      }
    }
    throw new ConfigurationException(
        "Cannot train: key 'network.embedding-file' is set, but the prepared set has no texts; leave it out");
  }

  /** The folder for checkpoints, apart from what the job reads and writes; null for none. */
  private static String checkpoints(Locations locations, JobConf conf) {
    String dir = conf.training().checkpoint().dir();
    if (dir == null) {
      return null;
    }
    locations.checkpointsApart(dir, conf.input(), "input");
    locations.checkpointsApart(dir, conf.model(), "model");
    if (conf.training().initialModel() != null) {
      locations.checkpointsApart(dir, conf.training().initialModel(), "training.initial-model");
    }
    if (conf.network().model() != null) {
      locations.checkpointsApart(dir, conf.network().model(), "network.model");
    }
    return locations.absolute(dir);
  }

  /** The rows to train on, and with them the set's validation rows where it has any. */
  private static Dataset<Row> withValidation(
      Dataset<Row> training, PreparedSet set, JobConf conf, NetworkEstimator<?, ?> estimator) {
    if (ImageDataSet.VALIDATION.equals(conf.split()) || !set.hasSplit(ImageDataSet.VALIDATION)) {
      return training;
    }
    estimator.setValidationFraction(0).setValidationIndicatorCol(VALIDATION_COLUMN);
    Dataset<Row> validation = set.part(ImageDataSet.VALIDATION, null);
    return training
        .union(validation)
        .withColumn(VALIDATION_COLUMN, col(ImageDataSet.SPLIT).equalTo(ImageDataSet.VALIDATION));
  }

  /**
   * The estimator that a job file asks for, without the columns that follow from the data.
   *
   * @param pretrained the model at network.model; null for none
   */
  static NetworkEstimator<?, ?> estimator(JobConf conf, String pretrained) {
    TrainingConf training = conf.training();
    AugmentationConf augmentation = training.augmentation();
    AveragingConf averaging = training.averaging();
    NetworkEstimator<?, ?> estimator =
        training.isRegression() ? regressor(training) : classifier(training);
    estimator
        .setLabelCol(ImageDataSet.LABEL)
        .setHandleInvalid(
            BadRowPolicy.parse(conf.onBadRow()) == BadRowPolicy.FAIL ? "error" : "skip")
        .setEngine(training.engine())
        .setEpochs(training.epochs())
        .setBatchSize(training.batchSize())
        .setBucketing(training.bucketing())
        .setAveragingFrequency(training.averagingFrequency())
        .setSeed(training.seed())
        .setValidationFraction(training.validationShare())
        .setHorizontalFlip(augmentation.horizontalFlip())
        .setShift(augmentation.shift())
        .setRotation(augmentation.rotation())
        .setBrightness(augmentation.brightness())
        .setOuterOptimizer(averaging.outerOptimizer())
        .setOuterLearningRate(averaging.outerLearningRate())
        .setOuterMomentum(averaging.outerMomentum())
        .setTransport(averaging.transport())
        .setRounds(averaging.rounds());
    if (training.workers() != null) {
      estimator.setWorkers(training.workers());
    }
    if (training.weightColumn() != null) {
      estimator.setWeightCol(training.weightColumn());
    }
    setOptimizer(estimator, training);
    EarlyStoppingConf early = training.earlyStopping();
    estimator.setEarlyStoppingPatience(early.patience()).setEarlyStoppingMinDelta(early.minDelta());
    if (early.metric() != null) {
      estimator.setEarlyStoppingMetric(early.metric());
    }
    if (training.checkpoint().dir() != null) {
      estimator.setCheckpointDir(training.checkpoint().dir());
    }
    if (training.checkpoint().everyRounds() != null) {
      estimator.setCheckpointEveryRounds(training.checkpoint().everyRounds());
    }
    new NetworkChoice(conf.network(), pretrained).setOn(estimator);
    return estimator;
  }

  private static NetworkClassifier classifier(TrainingConf training) {
    refuse(training.standardizeLabel(), "training.standardize-label", training);
    NetworkClassifier classifier = new NetworkClassifier();
    if (training.loss() != null) {
      classifier.setLoss(training.loss());
    }
    if (training.labelSmoothing() != null) {
      classifier.setLabelSmoothing(training.labelSmoothing());
    }
    if (training.topK() != null) {
      classifier.setTopK(training.topK());
    }
    if (training.classWeights() != null) {
      classifier.setClassWeights(
          training.classWeights().stream().mapToDouble(Double::doubleValue).toArray());
    }
    return classifier;
  }

  private static NetworkRegressor regressor(TrainingConf training) {
    refuse(training.classWeights(), "training.class-weights", training);
    refuse(training.labelSmoothing(), "training.label-smoothing", training);
    refuse(training.topK(), "training.top-k", training);
    NetworkRegressor regressor = new NetworkRegressor();
    if (training.loss() != null) {
      regressor.setLoss(training.loss());
    }
    if (training.standardizeLabel() != null) {
      regressor.setStandardizeLabel(training.standardizeLabel());
    }
    return regressor;
  }

  /** Refuses a key that would be passed over in silence. */
  private static void refuse(Object value, String key, TrainingConf training) {
    if (value != null) {
      throw new ConfigurationException(
          String.format(
              "Cannot train: key '%s' is %s, but training.task is %s, which has no use for it; leave"
                  + " it out",
              key, value, training.task()));
    }
  }

  /** Only what is set: a network given as JSON brings the rest, and must not be overruled. */
  private static void setOptimizer(NetworkEstimator<?, ?> estimator, TrainingConf training) {
    if (training.optimizer() != null) {
      estimator.setOptimizer(training.optimizer());
    }
    if (training.learningRate() != null) {
      estimator.setLearningRate(training.learningRate());
    }
    if (training.l1() > 0) {
      estimator.setL1(training.l1());
    }
    if (training.l2() > 0) {
      estimator.setL2(training.l2());
    }
    set(estimator.momentum(), training.momentum(), estimator);
    set(estimator.nesterov(), training.nesterov(), estimator);
    set(estimator.rho(), training.rho(), estimator);
    set(estimator.weightDecay(), training.weightDecay(), estimator);
    set(estimator.clipNorm(), training.clipNorm(), estimator);
    set(estimator.clipValue(), training.clipValue(), estimator);
    ScheduleConf schedule = training.schedule();
    set(estimator.schedule(), schedule.type(), estimator);
    set(estimator.decayEpochs(), schedule.decayEpochs(), estimator);
    set(estimator.decayRate(), schedule.decayRate(), estimator);
    set(estimator.endRate(), schedule.endRate(), estimator);
    set(estimator.power(), schedule.power(), estimator);
    set(estimator.alpha(), schedule.alpha(), estimator);
    set(estimator.warmupEpochs(), schedule.warmupEpochs(), estimator);
    set(estimator.warmupIterations(), schedule.warmupIterations(), estimator);
  }

  private static void set(Param<?> param, Object value, NetworkEstimator<?, ?> estimator) {
    if (value != null) {
      estimator.set(param.name(), value);
    }
  }
}
