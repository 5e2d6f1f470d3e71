/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.averaging.EarlyStopping;
import io.kindling.data.KindlingException;
import io.kindling.model.ClassLabels;
import io.kindling.model.Loss;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.model.NumberTarget;
import io.kindling.model.OutputLayers;
import io.kindling.model.ScoringColumnParams;
import io.kindling.network.NetworkDefinition;
import io.kindling.transformers.SavedParams;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a network that predicts a number, on Spark by parameter averaging.
 *
 * <p>Labels are finite numbers. The network ends in an output layer of one unit with the identity
 * as activation, which is added to a name and to layers. {@link NetworkEstimator} tells of the
 * rest.
 *
 * <pre>{@code
 * NetworkRegressionModel model =
 *     new NetworkRegressor().setNetwork("mlp").setFeaturesCol("features").fit(houses);
 * Dataset<Row> scored = model.transform(others);
 * }</pre>
 *
 * <p>With {@code standardizeLabel}, the default, the network is trained on labels less their mean,
 * divided by their standard deviation, so that the same settings suit prices and shares alike. Both
 * are taken of the rows that train (with {@code validationFraction} of all), or, where training
 * starts with a model, are that model's, whatever this param says. Predictions, losses and metrics
 * are in the labels' own unit; penalties, as part of the training loss, are brought to it, too.
 */
public class NetworkRegressor extends NetworkEstimator<NetworkRegressor, NetworkRegressionModel> {
  private static final long serialVersionUID = 1L;

  private final ScoringColumnParams columnParams;
  private final Param<String> loss;
  private final BooleanParam standardizeLabel;

  public NetworkRegressor() {
    this(Identifiable$.MODULE$.randomUID("networkRegressor"));
  }

  public NetworkRegressor(String uid) {
    super(uid, "numbers to predict", EarlyStopping.OF_NUMBERS);
    this.columnParams = new ScoringColumnParams(this, "the predicted number");
    this.loss =
        new Param<>(
            this,
            "loss",
            "what is made small: mse, the mean squared error, or mae, the mean absolute one; default"
                + " mse; a DL4J configuration brings its own");
    this.standardizeLabel =
        new BooleanParam(
            this,
            "standardizeLabel",
            "whether the network is trained on labels less their mean, divided by their standard"
                + " deviation; predictions and metrics are in the labels' own unit either way;"
                + " default true");
    setDefault(loss, Loss.MSE.toString());
    setDefault(standardizeLabel, true);
  }

  @Override
  public ScoringColumnParams columnParams() {
    return columnParams;
  }

  /** Param: what is made small. */
  public Param<String> loss() {
    return loss;
  }

  /**
   * What is made small: mse or mae.
   *
   * @throws KindlingException if it is neither
   */
  public NetworkRegressor setLoss(String value) {
    set(loss, Loss.ofNumbers(value).toString());
    return this;
  }

  public String getLoss() {
    return getOrDefault(loss);
  }

  /** Param: whether the network is trained on standardised labels. */
  public BooleanParam standardizeLabel() {
    return standardizeLabel;
  }

  /** Whether the network is trained on standardised labels. */
  public NetworkRegressor setStandardizeLabel(boolean value) {
    set(standardizeLabel, value);
    return this;
  }

  public boolean getStandardizeLabel() {
    return (Boolean) getOrDefault(standardizeLabel);
  }

  @Override
  String wayToLabels() {
    return "cast it to double";
  }

  @Override
  void checkLabels(StructType schema) {
    List<String> classes = ClassLabels.names(schema, getLabelCol());
    if (!classes.isEmpty()) {
      throw new KindlingException(
          "Cannot train: label column %s holds classes (%s%s), not numbers to predict; use a classifier (training.task = classification), or a column without class names"
              .formatted(
                  getLabelCol(),
                  String.join(", ", classes.subList(0, Math.min(3, classes.size()))),
                  classes.size() > 3 ? ", ..." : ""));
    }
  }

  @Override
  public void checkTogether() {
    super.checkTogether();
    Loss.ofNumbers(getLoss());
  }

  @Override
  List<Param<?>> setByConfiguration() {
    return List.of(loss);
  }

  @Override
  TrainingLabels labels(StructType schema) {
    return numbers(NumberTarget.unscaled(Loss.ofNumbers(getLoss())));
  }

  @Override
  TrainingLabels labels(TrainingColumns columns, Supplier<NumberTarget> before) {
    NetworkConfiguration configuration = NetworkDefinition.parse(getNetwork()).configuration();
    Loss wanted =
        configuration == null ? Loss.ofNumbers(getLoss()) : OutputLayers.numberLoss(configuration);
    if (before != null) {
      NumberTarget scale = before.get();
      return numbers(new NumberTarget(wanted, scale.mean(), scale.std()));
    }
    return numbers(
        getStandardizeLabel() ? columns.standardized(wanted) : NumberTarget.unscaled(wanted));
  }

  private static TrainingLabels numbers(NumberTarget target) {
    return new TrainingLabels(target, List.of(), List.of());
  }

  @Override
  NetworkRegressor fresh() {
    return new NetworkRegressor(uid());
  }

  @Override
  NetworkRegressionModel model(NetworkArtifact artifact) {
    return new NetworkRegressionModel(uid(), artifact);
  }

  public static MLReader<NetworkRegressor> read() {
    return SavedParams.reader();
  }

  public static NetworkRegressor load(String path) {
    return read().load(path);
  }
}
