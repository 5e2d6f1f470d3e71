/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import io.kindling.data.KindlingException;
import io.kindling.input.PixelScaling;
import io.kindling.keras.KerasModel;
import io.kindling.keras.KerasOptions;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkModel;
import io.kindling.model.NetworkZip;
import io.kindling.model.SavedNetwork;
import io.kindling.network.PretrainedModel;
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

/** The files that a pretrained network may come from. */
final class PretrainedFile {
  private PretrainedFile() {}

  /**
   * Loads a saved Kindling model, the network of a saved pipeline, a file in Deeplearning4j's own
   * format, or one of Keras, from any Hadoop file system. Nothing is read by Java deserialization.
   *
   * @param scaling how pixels become floats, where the file does not say; null for the usual
   * @throws KindlingException if there is none, it is damaged, or of no kind that is known
   */
  static PretrainedModel load(String path, PixelScaling scaling, SparkSession spark) {
    NativeRuntime.start();
    try {
      Path file = new Path(path);
      FileSystem files = file.getFileSystem(spark.sessionState().newHadoopConf());
      if (!files.exists(file)) {
        throw PretrainedModel.refused(path, "it does not exist", null);
      }
      return files.getFileStatus(file).isFile()
          ? file(path, files, file, scaling)
          : PretrainedModel.of(path, saved(path, spark).artifact());
    } catch (IOException e) {
      throw PretrainedModel.refused(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static PretrainedModel file(
      String path, FileSystem files, Path file, PixelScaling scaling) throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (KerasModel.isFile(path)) {
      NetworkArtifact artifact =
          KerasModel.load(path, KerasOptions.DEFAULT.withScaling(scaling)).artifact();
      return PretrainedModel.of(path, artifact).withoutLabels();
    }
    if (!name.endsWith(".zip")) {
      throw PretrainedModel.refused(
          path,
          "it is neither the folder of a saved model or pipeline nor a file of Deeplearning4j (.zip) or Keras (.h5)",
          null);
    }
    try (FSDataInputStream in = files.open(file)) {
      SavedNetwork network = NetworkZip.read(in, files.getFileStatus(file).getLen());
      return new PretrainedModel(
          path, network.configuration().toJson(), network.params(), null, null, null);
    } catch (KindlingException e) {
      throw PretrainedModel.refused(path, e.getMessage(), null);
    } catch (IOException | RuntimeException e) { // what DL4J makes of a damaged file
      throw PretrainedModel.refused(
          path, "it is no whole Deeplearning4j network: " + firstLine(e), e);
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
      throw PretrainedModel.refused(
          path, "it is a pipeline of %d networks".formatted(networks.size()), null);
    } catch (Exception e) { // also what Spark throws without saying so
      KindlingException ours = KindlingException.in(e);
      throw PretrainedModel.refused(
          path, firstLine(ours == null ? e : ours), ours == null ? e : null);
    }
  }

  private static Stream<NetworkModel<?>> networks(Transformer stage) {
    if (stage instanceof PipelineModel pipeline) {
      return Arrays.stream(pipeline.stages()).flatMap(PretrainedFile::networks);
    }
    return stage instanceof NetworkModel<?> network ? Stream.of(network) : Stream.empty();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
