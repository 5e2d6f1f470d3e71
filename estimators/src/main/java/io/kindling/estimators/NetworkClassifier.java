/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.EarlyStopping;
import io.kindling.data.KindlingException;
import io.kindling.model.ClassLabels;
import io.kindling.model.ClassTarget;
import io.kindling.model.ClassificationColumnParams;
import io.kindling.model.HasClassificationColumns;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.transformers.SavedParams;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a classification network on Spark by parameter averaging.
 *
 * <p>Labels are class indices; class names in the label column's metadata go into the model. The
 * network ends in a softmax output layer, which is added to a name and to layers. {@link
 * NetworkEstimator} tells of the rest.
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

  private final ClassificationColumnParams columnParams;
  private final DoubleArrayParam classWeights;

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
  List<Param<?>> setByConfiguration() {
    return List.of();
  }

  @Override
  TrainingLabels labels(StructType schema) {
    List<String> names = ClassLabels.names(schema, getLabelCol());
    return new TrainingLabels(new ClassTarget(names.size()), names, List.of());
  }

  @Override
  TrainingLabels labels(TrainingColumns columns, InitialModel start) {
    List<String> names = columns.classes();
    return new TrainingLabels(new ClassTarget(names.size()), names, classWeights(names.size()));
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
