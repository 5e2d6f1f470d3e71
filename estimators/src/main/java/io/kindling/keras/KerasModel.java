/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import io.kindling.model.ClassTarget;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NetworkModel;
import io.kindling.model.NetworkRegressionModel;
import io.kindling.model.Target;
import io.kindling.network.GradientClipping;
import io.kindling.network.Head;
import io.kindling.network.LayerSpec;
import io.kindling.network.NetworkBuilder;
import io.kindling.network.OptimizerSpec;
import io.kindling.runtime.NativeRuntime;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.SparkSession;

/**
 * A model that Keras saved, as one of ours: it predicts what Keras predicts (to 1e-5), and can be
 * saved, put into a pipeline and trained on like any other.
 *
 * <pre>{@code
 * NetworkModel<?> model = KerasModel.load("mnist.h5").model();
 * model.setFeaturesCol("image").transform(images).select("prediction").show();
 * }</pre>
 *
 * <p>Files are those of {@code model.save("x.h5")} in Keras 1 and 2 and tf.keras 2, or of {@code
 * model.to_json()} and {@code model.save_weights("x.h5")}. Networks are Sequential or functional,
 * of one input and one output, which is a Dense layer: of several units with softmax (or logits) or
 * one with sigmoid a classifier, of one linear unit a regression. Of the training, the loss is read
 * where it tells what the network predicts; the optimizer and its state, initializers, constraints,
 * dropout within recurrent layers and whether a layer was frozen are not.
 *
 * <p>An image column holds bytes, which become the network's input as {@link KerasOptions#scaling}
 * says. A network with an embedding takes token ids; the id 0 is a step like others, unless the
 * embedding masks it ({@code mask_zero}): so rows must be padded as they were in Keras.
 */
public final class KerasModel {
  private final KerasNetwork network;
  private final NetworkArtifact artifact;

  private KerasModel(KerasFile file, KerasOptions options) {
    this.network = Translation.of(file, options);
    this.artifact = artifact(file, network, labels(file, network.target(), options));
  }

  /**
   * Reads a model with the usual options.
   *
   * @param path of a {@code .h5} file, on any Hadoop file system
   * @throws KindlingException if the file cannot be read, or names layers that cannot be imported
   */
  public static KerasModel load(String path) {
    return load(path, KerasOptions.DEFAULT);
  }

  /** Reads a model. */
  public static KerasModel load(String path, KerasOptions options) {
    return new KerasModel(KerasFile.read(path, hadoop()), options);
  }

  /**
   * Reads a model of two files.
   *
   * @param architecture the JSON of {@code model.to_json()}
   * @param weights the file of {@code model.save_weights("x.h5")}
   */
  public static KerasModel load(String architecture, String weights, KerasOptions options) {
    return new KerasModel(KerasFile.read(architecture, weights, hadoop()), options);
  }

  /**
   * Whether a path is that of a Keras file, by its name: {@code .h5}, {@code .hdf5}, {@code
   * .keras}.
   */
  public static boolean isFile(String path) {
    return KerasFile.isOne(path);
  }

  private static Configuration hadoop() {
    return SparkSession.active().sessionState().newHadoopConf();
  }

  /** The network as a value, with its weights. */
  public NetworkArtifact artifact() {
    return artifact;
  }

  /** What it takes. */
  public InputSpec input() {
    return artifact.input();
  }

  /**
   * Its layers in our words, by Keras's names, without the output layer: what an estimator trains
   * that starts with this model.
   */
  public List<LayerSpec> layers() {
    return network.layers();
  }

  /**
   * As a Spark ML model: a {@link NetworkClassificationModel} or a {@link NetworkRegressionModel}.
   */
  public NetworkModel<?> model() {
    return artifact.target() instanceof ClassTarget
        ? new NetworkClassificationModel(
            Identifiable$.MODULE$.randomUID("networkClassifier"), artifact)
        : new NetworkRegressionModel(Identifiable$.MODULE$.randomUID("networkRegressor"), artifact);
  }

  private static List<String> labels(KerasFile file, Target target, KerasOptions options) {
    int classes = target instanceof ClassTarget of ? of.classes() : 0;
    if (!options.labels().isEmpty() && options.labels().size() != classes) {
      throw new KindlingException(
          "Cannot import the Keras model %s: it has %d classes, but %d labels are given"
              .formatted(file.path(), classes, options.labels().size()));
    }
    return options.labels().isEmpty()
        ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
        : options.labels();
  }

  private static NetworkArtifact artifact(
      KerasFile file, KerasNetwork network, List<String> labels) {
    NativeRuntime.start();
    NetworkConfiguration configuration = configuration(file, network);
    return new NetworkArtifact(
        configuration.toJson(),
        new WeightCopy(file.path(), network).params(configuration),
        new float[0],
        network.input(),
        network.target(),
        labels,
        0,
        0);
  }

  private static NetworkConfiguration configuration(KerasFile file, KerasNetwork network) {
    try {
      return NetworkBuilder.configuration(
          network.layers(),
          network.input(),
          Head.of(network.target()),
          new OptimizerSpec("adam", Double.NaN, 0, 0),
          GradientClipping.NONE,
          0);
    } catch (KindlingException e) {
      throw new KindlingException(
          "Cannot import the Keras model %s: %s".formatted(file.path(), e.getMessage()), e);
    }
  }
}
