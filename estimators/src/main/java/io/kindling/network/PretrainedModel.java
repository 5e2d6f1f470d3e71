/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.input.InputSpec;
import io.kindling.model.Network;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkModel;
import io.kindling.model.NetworkZip;
import io.kindling.model.Target;
import io.kindling.runtime.NativeRuntime;
import io.kindling.transformers.SavedParams;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;

/**
 * A trained network that another is made of.
 *
 * @param path where it lies, for messages
 * @param configuration DL4J's JSON of either kind
 * @param params flat, in the order of DL4J's {@code params()}
 * @param input what it takes; null where the file does not say
 * @param target what it predicts; null likewise
 * @param labels class names; null likewise
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read, never compared
public record PretrainedModel(
    String path,
    String configuration,
    float[] params,
    InputSpec input,
    Target target,
    List<String> labels) {
  private static final List<String> KERAS = List.of(".h5", ".hdf5", ".keras-json");

  /** What a saved model holds. */
  public static PretrainedModel of(String path, NetworkArtifact artifact) {
    return new PretrainedModel(
        path,
        artifact.configuration(),
        artifact.params(),
        artifact.input(),
        artifact.target(),
        artifact.labels());
  }

  /**
   * Loads a saved Kindling model, the network of a saved pipeline, or a file in Deeplearning4j's
   * own format, from any Hadoop file system. Nothing is read by Java deserialization.
   *
   * @throws KindlingException if there is none, it is damaged, or of no kind that is known
   */
  public static PretrainedModel load(String path, SparkSession spark) {
    NativeRuntime.start();
    try {
      Path file = new Path(path);
      FileSystem files = file.getFileSystem(spark.sessionState().newHadoopConf());
      if (!files.exists(file)) {
        throw refused(path, "it does not exist", null);
      }
      return files.getFileStatus(file).isFile()
          ? file(path, files, file)
          : of(path, saved(path, spark).artifact());
    } catch (IOException e) {
      throw refused(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static PretrainedModel file(String path, FileSystem files, Path file) throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (KERAS.stream().anyMatch(name::endsWith)) {
      throw refused(path, "files of Keras cannot be read yet", null);
    }
    if (!name.endsWith(".zip")) {
      throw refused(
          path,
          "it is neither the folder of a saved model or pipeline nor a Deeplearning4j file ending in .zip",
          null);
    }
    byte[] zip;
    try (FSDataInputStream in = files.open(file)) {
      zip = in.readAllBytes();
    }
    try (Network network = NetworkZip.open(zip)) {
      return new PretrainedModel(
          path,
          network.configuration().toJson(),
          HostArrays.floats(network.params()),
          null,
          null,
          null);
    } catch (KindlingException e) {
      throw refused(path, e.getMessage(), null);
    } catch (IOException | RuntimeException e) { // what DL4J makes of a damaged file
      throw refused(path, "it is no whole Deeplearning4j network: " + firstLine(e), e);
    }
  }

  private static NetworkModel<?> saved(String path, SparkSession spark) {
    try {
      if (!SavedParams.className(path, spark).equals(PipelineModel.class.getName())) {
        return NetworkModel.load(path);
      }
      List<NetworkModel<?>> networks =
          networks(PipelineModel.load(path)).<NetworkModel<?>>map(found -> found).toList();
      if (networks.size() == 1) {
        return networks.get(0);
      }
      throw refused(path, "it is a pipeline of %d networks".formatted(networks.size()), null);
    } catch (Exception e) { // also what Spark throws without saying so
      KindlingException ours = KindlingException.in(e);
      throw refused(path, firstLine(ours == null ? e : ours), ours == null ? e : null);
    }
  }

  private static Stream<NetworkModel<?>> networks(Transformer stage) {
    if (stage instanceof PipelineModel pipeline) {
      return Arrays.stream(pipeline.stages()).flatMap(PretrainedModel::networks);
    }
    return stage instanceof NetworkModel<?> network ? Stream.of(network) : Stream.empty();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  /**
   * What the network takes: as the model knows it, so that training and scoring cannot differ.
   *
   * @param found what the training set has
   * @throws KindlingException if that is something else
   */
  public InputSpec inputFor(InputSpec found) {
    if (input == null) {
      return found;
    }
    boolean same =
        input.kind() == found.kind()
            && input.channels() == found.channels()
            && input.height() == found.height()
            && input.width() == found.width()
            && input.vocabulary() == found.vocabulary();
    if (!same) {
      throw refused("it takes %s, the training set has %s".formatted(input, found));
    }
    return input;
  }

  KindlingException refused(String reason) {
    return refused(path, reason, null);
  }

  private static KindlingException refused(String path, String reason, Exception cause) {
    return new KindlingException(
        "Cannot start from the model %s (network.model): %s".formatted(path, reason), cause);
  }
}
