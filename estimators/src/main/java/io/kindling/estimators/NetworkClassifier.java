/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.EarlyStopping;
import io.kindling.data.KindlingException;
import io.kindling.model.ClassLabels;
import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationColumnParams;
import io.kindling.model.HasClassificationColumns;
import io.kindling.model.Loss;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NumberTarget;
import io.kindling.model.OutputLayers;
import io.kindling.network.NetworkDefinition;
import io.kindling.transformers.SavedParams;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a classification network on Spark by parameter averaging.
 *
 * <p>Labels are class indices; class names in the label column's metadata go into the model. The
 * network ends in the output layer that its {@link Loss} asks for, by default softmax, which is
 * added to a name and to layers. {@link NetworkEstimator} tells of the rest.
 *
 * <pre>{@code
 * NetworkClassificationModel model =
 *     new NetworkClassifier().setNetwork("lenet").setEpochs(5).setBatchSize(64).fit(images);
 * Dataset<Row> scored = model.transform(others);
 * }</pre>
 */
public class NetworkClassifier
    extends NetworkEstimator<NetworkClassifier, NetworkClassificationModel>
    implements HasClassificationColumns<NetworkClassifier> {
  private static final long serialVersionUID = 1L;

  private static final String TOP_K_ACCURACY = "topKAccuracy";

  private final ClassificationColumnParams columnParams;
  private final DoubleArrayParam classWeights;
  private final Param<String> loss;
  private final DoubleParam labelSmoothing;
  private final IntParam topK;

  public NetworkClassifier() {
    this(Identifiable$.MODULE$.randomUID("networkClassifier"));
  }

  public NetworkClassifier(String uid) {
    super(uid, "class indices, 0 to classes - 1", EarlyStopping.OF_CLASSES);
    this.columnParams = new ClassificationColumnParams(this);
    this.classWeights =
        new DoubleArrayParam(
            this,
            "classWeights",
            "one weight for each class, finite numbers of 0 or more, by which the training loss of"
                + " its rows is multiplied, beside weightCol; not set: 1");
    this.loss =
        new Param<>(
            this,
            "loss",
            "what is made small, by Keras' names: one of "
                + String.join(", ", Loss.OF_CLASSES)
                + "; default "
                + Loss.CATEGORICAL_CROSSENTROPY
                + "; a DL4J configuration brings its own");
    this.labelSmoothing =
        new DoubleParam(
            this,
            "labelSmoothing",
            "share of each label that is spread over all classes (with binary-crossentropy over yes"
                + " and no), at least 0, less than 1, for the cross-entropies and kl-divergence;"
                + " default 0",
            ParamValidators.inRange(0, 1, true, false));
    this.topK =
        new IntParam(
            this,
            "topK",
            "how many of the most probable classes count for the metric topKAccuracy, at least 1;"
                + " with no more classes there is no such metric; default "
                + ClassTarget.DEFAULT_TOP_K,
            ParamValidators.gtEq(1));
    setDefault(loss, Loss.CATEGORICAL_CROSSENTROPY.toString());
    setDefault(labelSmoothing, 0.0);
    setDefault(topK, ClassTarget.DEFAULT_TOP_K);
  }

  @Override
  public ClassificationColumnParams columnParams() {
    return columnParams;
  }

  /** Param: one weight for each class. */
  public DoubleArrayParam classWeights() {
    return classWeights;
  }

  /** One weight for each class, by which the training loss of its rows is multiplied. */
  public NetworkClassifier setClassWeights(double... value) {
    set(classWeights, value);
    return this;
  }

  public double[] getClassWeights() {
    return getOrDefault(classWeights);
  }

  /** Param: what is made small. */
  public Param<String> loss() {
    return loss;
  }

  /**
   * What is made small, one of {@link Loss#OF_CLASSES}.
   *
   * @throws KindlingException if it is none of them
   */
  public NetworkClassifier setLoss(String value) {
    set(loss, Loss.ofClasses(value).toString());
    return this;
  }

  public String getLoss() {
    return getOrDefault(loss);
  }

  /** Param: the share of each label that is spread over all classes. */
  public DoubleParam labelSmoothing() {
    return labelSmoothing;
  }

  /** The share of each label that is spread over all classes. */
  public NetworkClassifier setLabelSmoothing(double value) {
    set(labelSmoothing, value);
    return this;
  }

  public double getLabelSmoothing() {
    return (Double) getOrDefault(labelSmoothing);
  }

  /** Param: how many of the most probable classes count for topKAccuracy. */
  public IntParam topK() {
    return topK;
  }

  /** How many of the most probable classes count for the metric topKAccuracy. */
  public NetworkClassifier setTopK(int value) {
    set(topK, value);
    return this;
  }

  public int getTopK() {
    return (Integer) getOrDefault(topK);
  }

  @Override
  String wayToLabels() {
    return "StringIndexer makes it so";
  }

  @Override
  void checkLabels(StructType schema) {
    if (isDefined(classWeights)) {
      for (double weight : getClassWeights()) {
        if (!(weight >= 0 && Double.isFinite(weight))) {
          throw new KindlingException(
              "Cannot train: classWeights must be finite numbers of 0 or more, but has " + weight);
        }
      }
    }
  }

  @Override
  public void checkTogether() {
    super.checkTogether();
    target(0);
  }

  @Override
  List<Param<?>> setByConfiguration() {
    return List.of(loss);
  }

  @Override
  TrainingLabels labels(StructType schema) {
    List<String> names = ClassLabels.names(schema, getLabelCol());
    return new TrainingLabels(target(names.size()), names, List.of());
  }

  @Override
  TrainingLabels labels(TrainingColumns columns, Supplier<NumberTarget> before) {
    List<String> names = columns.classes();
    if (getEarlyStoppingMetric().equals(TOP_K_ACCURACY) && names.size() <= getTopK()) {
      throw new KindlingException(
          "Cannot stop early by %s (training.early-stopping.metric): there are %d classes and topK (training.top-k) is %d; set it lower"
              .formatted(TOP_K_ACCURACY, names.size(), getTopK()));
    }
    return new TrainingLabels(target(names.size()), names, classWeights(names.size()));
  }

  /**
   * What a network is to make of so many classes; 0 before they are counted.
   *
   * @throws KindlingException if loss, smoothing and network do not go together
   */
  private ClassTarget target(int classes) {
    NetworkConfiguration configuration = NetworkDefinition.parse(getNetwork()).configuration();
    Loss wanted =
        configuration == null ? Loss.ofClasses(getLoss()) : OutputLayers.classLoss(configuration);
    ClassTarget made = new ClassTarget(classes, wanted);
    boolean known = configuration != null && classes > 0;
    int units = known ? OutputLayers.units(configuration) : made.units();
    return new ClassTarget(classes, wanted, units, getLabelSmoothing(), getTopK());
  }

  /**
   * The weights of the classes; empty where none are set.
   *
   * @throws KindlingException if there is not one for each class
   */
  private List<Double> classWeights(int classes) {
    if (!isDefined(classWeights)) {
      return List.of();
    }
    double[] weights = getClassWeights();
    if (weights.length != classes) {
      throw new KindlingException(
          "Cannot train: classWeights has %d numbers, but the labels have %d classes"
              .formatted(weights.length, classes));
    }
    return Arrays.stream(weights).boxed().toList();
  }

  @Override
  NetworkClassifier fresh() {
    return new NetworkClassifier(uid());
  }

  @Override
  NetworkClassificationModel model(NetworkArtifact artifact) {
    return new NetworkClassificationModel(uid(), artifact);
  }

  public static MLReader<NetworkClassifier> read() {
    return SavedParams.reader();
  }

  public static NetworkClassifier load(String path) {
    return read().load(path);
  }
}
