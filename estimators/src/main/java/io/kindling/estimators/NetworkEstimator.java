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
import io.kindling.model.HasScoringColumns;
import io.kindling.model.Loss;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkModel;
import io.kindling.model.NumberTarget;
import io.kindling.model.OutputLayers;
import io.kindling.network.LayerSpec;
import io.kindling.network.NamedNetworks;
import io.kindling.network.NetworkDefinition;
import io.kindling.network.NetworkSummary;
import io.kindling.network.PretrainedModel;
import io.kindling.network.PretrainedNetwork;
import io.kindling.runtime.NativeRuntime;
import io.kindling.shards.Shard;
import io.kindling.shards.ShardPlan;
import io.kindling.shards.Shards;
import io.kindling.transformers.AugmentationParams;
import io.kindling.transformers.HasAugmentation;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * Trains a network on Spark by parameter averaging: what classification and regression have in
 * common.
 *
 * <p>It takes an image struct (all images of one size), a vector, an array of floats, or a sequence
 * of token ids or of steps of numbers ({@link io.kindling.input.SequenceColumn}), and a label
 * column. The network is given by name ({@link NamedNetworks}), as layers, as a trained network
 * that trains on ({@link PretrainedNetwork}), or as a DL4J configuration, of layers or of a graph.
 * Random changes to training images ({@link HasAugmentation}) are drawn anew each time an image is
 * trained on.
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
 *
 * @param <E> the estimator's own type
 * @param <M> what it trains
 */
public abstract class NetworkEstimator<E extends NetworkEstimator<E, M>, M extends NetworkModel<M>>
    extends Estimator<M>
    implements HasScoringColumns<E>,
        HasTrainingParams<E>,
        HasAveragingParams<E>,
        HasAugmentation<E>,
        DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final TrainingParams trainingParams;
  private final AveragingParams averagingParams;
  private final AugmentationParams augmentationParams;
  private transient TrainingListener listener;

  /**
   * @param label what the label column holds, for its param's documentation
   * @param metrics what early stopping may judge by
   */
  NetworkEstimator(String uid, String label, List<String> metrics) {
    this.uid = uid;
    this.trainingParams = new TrainingParams(this, label, metrics);
    this.averagingParams = new AveragingParams(this);
    this.augmentationParams = new AugmentationParams(this);
  }

  /** How a column becomes one of labels, for a message. */
  abstract String wayToLabels();

  /**
   * Checks what a schema and the params tell of the labels, where their column is numeric.
   *
   * @throws KindlingException if they cannot be trained on
   */
  abstract void checkLabels(StructType schema);

  /** The params that a DL4J configuration brings itself, besides those of every estimator. */
  abstract List<Param<?>> setByConfiguration();

  /** What the labels of a schema are, before they are read. */
  abstract TrainingLabels labels(StructType schema);

  /**
   * What the labels are.
   *
   * @param before the number that the model predicts with which training starts; null where it
   *     starts with none
   * @throws KindlingException if they cannot be trained on
   */
  abstract TrainingLabels labels(TrainingColumns columns, Supplier<NumberTarget> before);

  /** An estimator of the same kind and uid with nothing set. */
  abstract E fresh();

  /** A model of this estimator's uid. */
  abstract M model(NetworkArtifact artifact);

  @Override
  public String uid() {
    return uid;
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

  /** The network as a DL4J configuration, whose last layer is an output layer. */
  public E setNetwork(MultiLayerConfiguration configuration) {
    return setNetwork(configuration.toJson());
  }

  /**
   * The network as a DL4J graph of one input and one output, which is an output layer. What does
   * not fit is said by {@link #fit} and {@link #transformSchema}.
   */
  public E setNetwork(ComputationGraphConfiguration configuration) {
    return setNetwork(configuration.toJson());
  }

  /** The network as layers from the input on; the output layer is added. */
  public E setLayers(List<LayerSpec> layers) {
    return setNetwork(NetworkDefinition.of(layers));
  }

  /** The network, however it is given. */
  public E setNetwork(NetworkDefinition definition) {
    return setNetwork(definition.toString());
  }

  @SuppressWarnings("unchecked")
  private E self() {
    return (E) this;
  }

  /** Who hears of the progress; not saved with the estimator. */
  public E setTrainingListener(TrainingListener trainingListener) {
    this.listener = trainingListener;
    return self();
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
    return withParams(model(TrainingColumns.schemaOnly(this, schema))).transformSchema(schema);
  }

  /**
   * Trains.
   *
   * @throws KindlingException if the columns, params or network do not fit, a row cannot be used
   *     ({@code handleInvalid = error}), or there is nothing to train on
   */
  @Override
  public M fit(Dataset<?> dataset) {
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

  /**
   * What {@link #fit} would train on a data set: the network's layers, parameters, arithmetic and
   * memory. Nothing is trained.
   *
   * @throws KindlingException if the columns, params or network do not fit
   */
  public NetworkSummary describe(Dataset<?> dataset) {
    TrainingColumns.check(this, dataset.schema());
    checkTogether();
    NativeRuntime.start();
    TrainingColumns columns = new TrainingColumns(this, dataset);
    PretrainedModel pretrained = pretrained(columns.input(), dataset::sparkSession);
    return describe(
        pretrained,
        columns.input(),
        labels(columns, scale(null, NetworkDefinition.parse(getNetwork()), pretrained)),
        columns.steps());
  }

  /**
   * The same without data.
   *
   * @param classes of the labels; without meaning for a regression
   * @param steps of one example that is a sequence; without meaning for others
   */
  public NetworkSummary describe(InputSpec input, int classes, int steps) {
    checkTogether();
    NativeRuntime.start();
    String[] names = IntStream.range(0, classes).mapToObj(Integer::toString).toArray(String[]::new);
    StructType schema =
        new StructType()
            .add(
                getLabelCol(),
                DataTypes.DoubleType,
                false,
                NominalAttribute.defaultAttr()
                    .withName(getLabelCol())
                    .withValues(names)
                    .toMetadata());
    return describe(pretrained(input, SparkSession::active), input, labels(schema), steps);
  }

  private NetworkSummary describe(
      PretrainedModel pretrained, InputSpec input, TrainingLabels labels, int steps) {
    RequestedNetwork network = new RequestedNetwork(this, pretrained, input, labels);
    return NetworkSummary.of(network.configuration(), network.input(), steps);
  }

  /** The trained network that the network is made of; null for none. */
  private PretrainedModel pretrained(InputSpec input, Supplier<SparkSession> spark) {
    boolean isScaled = isSet(pixelMean()) || isSet(pixelStd());
    NetworkDefinition definition = NetworkDefinition.parse(getNetwork());
    return definition.pretrained() == null
        ? null
        : PretrainedFile.load(
            definition.pretrained().model(), isScaled ? input.scaling() : null, spark.get());
  }

  private M train(Dataset<?> dataset) {
    NativeRuntime.start();
    CheckpointFolder checkpoints = checkpointFolder(dataset);
    TrainingColumns columns = new TrainingColumns(this, dataset);
    InputSpec input = columns.input();
    InitialModel start = isDefined(initialModel()) ? new InitialModel(getInitialModel()) : null;
    NetworkDefinition definition = NetworkDefinition.parse(getNetwork());
    PretrainedModel pretrained = pretrained(input, dataset::sparkSession);
    TrainingLabels labels = labels(columns, scale(start, definition, pretrained));
    RequestedNetwork network = new RequestedNetwork(this, pretrained, input, labels);
    // Only now: the jobs so far gave a cluster's executors the time to come up.
    int workers = new TaskSlots(dataset.sparkSession().sparkContext()).workers(getWorkers());
    ReplicaSpec replica =
        new ReplicaSpec(
            network.configuration().toJson(),
            network.input(),
            labels.target(),
            getBatchSize(),
            getBucketing() && network.input().isSequence(),
            augmentation().changesNothing() ? null : augmentation(),
            getSeed());
    ShardPlan plan =
        new ShardPlan(
            workers,
            network.input(),
            labels.target(),
            isDefined(validationIndicatorCol()),
            getValidationFraction(),
            isDefined(weightCol()),
            labels.classWeights(),
            "skip".equals(getHandleInvalid()),
            getSeed());
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    TrainingListener hearing = listener == null ? new TrainingListener() {} : listener;
    TrainingState initial =
        network.start(pretrained, initialState(replica, labels, start, dataset));
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

  /** Where the scale of a number to predict comes from, if not from the labels; else null. */
  private static Supplier<NumberTarget> scale(
      InitialModel start, NetworkDefinition definition, PretrainedModel pretrained) {
    if (start != null) {
      return start::number;
    }
    if (pretrained == null || definition.pretrained().replacesHead()) {
      return null;
    }
    if (pretrained.target() == null) {
      // A file of Deeplearning4j: what its head gives are the numbers themselves.
      return () -> NumberTarget.unscaled(Loss.MSE);
    }
    return pretrained.target() instanceof NumberTarget number ? () -> number : null;
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

  private TrainingState initialState(
      ReplicaSpec spec, TrainingLabels labels, InitialModel start, Dataset<?> dataset) {
    TrainingState fresh;
    try (Replica replica = new Replica(spec)) {
      fresh = replica.state();
    }
    if (isDefined(embeddingFile())) {
      List<String> words = isDefined(embeddingWords()) ? List.of(getEmbeddingWords()) : List.of();
      return new PretrainedEmbedding(getEmbeddingFile(), words)
          .into(fresh, spec, dataset.sparkSession().sessionState().newHadoopConf());
    }
    return start == null ? fresh : start.state(spec, labels, fresh);
  }

  private M model(ReplicaSpec replica, TrainingLabels labels, TrainingResult result) {
    TrainingState state = result.state();
    NetworkArtifact artifact =
        new NetworkArtifact(
            OutputLayers.withoutKerasLoss(replica.configuration()),
            HostArrays.toFloats(state.params()),
            HostArrays.toFloats(state.updaterState()),
            replica.input(),
            labels.target(),
            labels.names(),
            state.iterations(),
            result.summary().bestEpoch(),
            TrainingCard.of(this, replica, result.summary()));
    M model = model(artifact).withSummary(result.summary());
    model.setParent(this);
    return withParams(model);
  }

  private M withParams(M model) {
    return copyValues(model, ParamMap.empty());
  }

  @Override
  public E copy(ParamMap extra) {
    E copy = fresh();
    copyValues(copy, extra);
    copy.setTrainingListener(listener);
    return copy;
  }
}
