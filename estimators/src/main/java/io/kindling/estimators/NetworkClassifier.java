/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.AveragingTrainer;
import io.kindling.averaging.Checkpointing;
import io.kindling.averaging.EarlyStopping;
import io.kindling.averaging.Replica;
import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.TaskSlots;
import io.kindling.averaging.TrainingListener;
import io.kindling.averaging.TrainingResult;
import io.kindling.averaging.TrainingState;
import io.kindling.checkpoint.CheckpointFolder;
import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassificationColumnParams;
import io.kindling.model.HasClassificationColumns;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.LayerSpec;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.Shard;
import io.kindling.shards.ShardPlan;
import io.kindling.shards.Shards;
import io.kindling.transformers.AugmentationParams;
import io.kindling.transformers.HasAugmentation;
import io.kindling.transformers.SavedParams;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Trains a classification network on Spark by parameter averaging.
 *
 * <p>It takes an image struct (all images of one size), a vector, or an array of floats, and a
 * label column of class indices; class names in the label column's metadata go into the model. The
 * network is given by name ({@code lenet}, {@code mlp}, {@code cifar-cnn}), as layers, or as a DL4J
 * configuration, of layers or of a graph. Random changes to training images ({@link
 * HasAugmentation}) are drawn anew each time an image is trained on.
 *
 * <pre>{@code
 * NetworkClassificationModel model =
 *     new NetworkClassifier().setNetwork("lenet").setEpochs(5).setBatchSize(64).fit(images);
 * Dataset<Row> scored = model.transform(others);
 * }</pre>
 *
 * <p>With a {@code checkpointDir}, a {@code fit} of the same training on the same data goes on from
 * the last checkpoint there, and ends with the model that an uninterrupted one gives. The last
 * checkpoint stays: fitting again returns its model at once, and with more epochs trains on. A
 * {@code CrossValidator} fits many trainings, of which the second would find the first one's
 * checkpoint and refuse it: leave {@code checkpointDir} unset there.
 *
 * <p>The training set is shuffled once into one shard for each worker, which the executors hold
 * while {@code fit} runs. Each epoch trains on every example exactly once. The same data in the
 * same partitions, the same seed and the same number of workers give the same model.
 */
public class NetworkClassifier extends Estimator<NetworkClassificationModel>
    implements HasClassificationColumns<NetworkClassifier>,
        HasTrainingParams<NetworkClassifier>,
        HasAveragingParams<NetworkClassifier>,
        HasAugmentation<NetworkClassifier>,
        DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ClassificationColumnParams columnParams;
  private final TrainingParams trainingParams;
  private final AveragingParams averagingParams;
  private final AugmentationParams augmentationParams;
  private transient TrainingListener listener;

  public NetworkClassifier() {
    this(Identifiable$.MODULE$.randomUID("networkClassifier"));
  }

  public NetworkClassifier(String uid) {
    this.uid = uid;
    this.columnParams = new ClassificationColumnParams(this);
    this.trainingParams = new TrainingParams(this);
    this.averagingParams = new AveragingParams(this);
    this.augmentationParams = new AugmentationParams(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ClassificationColumnParams columnParams() {
    return columnParams;
  }

  @Override
  public TrainingParams trainingParams() {
    return trainingParams;
  }

  @Override
  public AveragingParams averagingParams() {
    return averagingParams;
  }

  @Override
  public AugmentationParams augmentationParams() {
    return augmentationParams;
  }

  /** The network as a DL4J configuration, whose last layer is a softmax output layer. */
  public NetworkClassifier setNetwork(MultiLayerConfiguration configuration) {
    return setNetwork(configuration.toJson());
  }

  /**
   * The network as a DL4J graph of one input and one output, which is a softmax output layer. What
   * does not fit is said by {@link #fit} and {@link #transformSchema}.
   */
  public NetworkClassifier setNetwork(ComputationGraphConfiguration configuration) {
    return setNetwork(configuration.toJson());
  }

  /** The network as layers from the input on; the output layer is added. */
  public NetworkClassifier setLayers(List<LayerSpec> layers) {
    return setNetwork(NetworkSource.toJson(layers));
  }

  /** Who hears of the progress; not saved with the estimator. */
  public NetworkClassifier setTrainingListener(TrainingListener trainingListener) {
    this.listener = trainingListener;
    return this;
  }

  /**
   * Checks what can be told without data, as {@link #transformSchema} and {@link #fit} do: that
   * there is such a network, and that the params go together.
   *
   * @throws KindlingException naming the params that do not
   */
  public void checkTogether() {
    ParamRules.check(this);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    TrainingColumns.check(this, schema);
    checkTogether();
    EarlyStopping rule = earlyStopping();
    if (rule != null) {
      rule.check(isDefined(validationIndicatorCol()) || getValidationFraction() > 0);
    }
    return new NetworkClassificationModel(uid, TrainingColumns.schemaOnly(this, schema))
        .setFeaturesCol(getFeaturesCol())
        .setRawPredictionCol(getRawPredictionCol())
        .setProbabilityCol(getProbabilityCol())
        .setPredictionCol(getPredictionCol())
        .transformSchema(schema);
  }

  /**
   * Trains.
   *
   * @throws KindlingException if the columns, params or network do not fit, a row cannot be used
   *     ({@code handleInvalid = error}), or there is nothing to train on
   */
  @Override
  public NetworkClassificationModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    try {
      return train(dataset);
    } catch (Exception e) { // Spark's SparkException is checked, though its methods do not say so
      KindlingException cause = KindlingException.in(e);
      if (cause == null || cause == e) {
        throw e;
      }
      throw new KindlingException(cause.getMessage(), e);
    }
  }

  private NetworkClassificationModel train(Dataset<?> dataset) {
    NativeRuntime.start();
    CheckpointFolder checkpoints = checkpointFolder(dataset);
    TrainingColumns columns = new TrainingColumns(this, dataset);
    InputSpec input = columns.input();
    List<String> labels = columns.labels();
    ClassifierNetwork network = new ClassifierNetwork(this, input, labels.size());
    // Only now: the jobs so far gave a cluster's executors the time to come up.
    int workers = new TaskSlots(dataset.sparkSession().sparkContext()).workers(getWorkers());
    ReplicaSpec replica =
        new ReplicaSpec(
            network.configuration().toJson(),
            network.input(),
            labels.size(),
            getBatchSize(),
            getBucketing() && network.input().isSequence(),
            augmentation().changesNothing() ? null : augmentation(),
            getSeed());
    ShardPlan plan =
        new ShardPlan(
            workers,
            network.input(),
            labels.size(),
            isDefined(validationIndicatorCol()),
            getValidationFraction(),
            isDefined(weightCol()),
            columns.classWeights(labels.size()),
            "skip".equals(getHandleInvalid()),
            getSeed());
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    TrainingListener hearing = listener == null ? new TrainingListener() {} : listener;
    TrainingState initial = initialState(replica, labels);
    JavaRDD<Shard> shards = Shards.of(columns.rows(), plan);
    if (usesDl4jSpark()) {
      return model(
          replica, labels, Dl4jSparkEngine.train(this, spark, replica, hearing, shards, initial));
    }
    AveragingTrainer trainer =
        new AveragingTrainer(
                spark, replica, getEpochs(), averaging(getAveragingFrequency()), hearing)
            .stoppingEarly(earlyStopping());
    if (checkpoints != null) {
      trainer.withCheckpoints(
          Checkpointing.in(
              checkpoints,
              TrainingSettings.identity(this, replica, labels, workers, initial),
              isDefined(checkpointEveryRounds()) ? getCheckpointEveryRounds() : 0));
    }
    return model(replica, labels, trainer.train(shards, initial));
  }

  boolean usesDl4jSpark() {
    return getEngine().equals(TrainingParams.DL4J_SPARK);
  }

  private EarlyStopping earlyStopping() {
    return getEarlyStoppingPatience() == 0
        ? null
        : new EarlyStopping(
            getEarlyStoppingPatience(), getEarlyStoppingMinDelta(), getEarlyStoppingMetric());
  }

  private CheckpointFolder checkpointFolder(Dataset<?> dataset) {
    if (!isDefined(checkpointDir())) {
      return null;
    }
    CheckpointFolder folder =
        new CheckpointFolder(
            getCheckpointDir(), dataset.sparkSession().sessionState().newHadoopConf());
    folder.requireWritable();
    return folder;
  }

  private TrainingState initialState(ReplicaSpec spec, List<String> labels) {
    TrainingState fresh;
    try (Replica replica = new Replica(spec)) {
      fresh = replica.state();
    }
    return isDefined(initialModel())
        ? new InitialModel(getInitialModel()).state(spec, labels, fresh)
        : fresh;
  }

  private NetworkClassificationModel model(
      ReplicaSpec replica, List<String> labels, TrainingResult result) {
    TrainingState state = result.state();
    NetworkArtifact artifact =
        new NetworkArtifact(
            replica.configuration(),
            HostArrays.toFloats(state.params()),
            HostArrays.toFloats(state.updaterState()),
            replica.input(),
            labels,
            state.iterations(),
            result.summary().bestEpoch());
    NetworkClassificationModel model =
        new NetworkClassificationModel(uid, artifact).withSummary(result.summary());
    model.setParent(this);
    return copyValues(model, ParamMap.empty());
  }

  @Override
  public NetworkClassifier copy(ParamMap extra) {
    NetworkClassifier copy = new NetworkClassifier(uid);
    copyValues(copy, extra);
    copy.listener = listener;
    return copy;
  }

  public static MLReader<NetworkClassifier> read() {
    return SavedParams.reader();
  }

  public static NetworkClassifier load(String path) {
    return read().load(path);
  }
}
