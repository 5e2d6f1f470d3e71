/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What Keras saved, as it is in the file: {@code model.save("x.h5")} of Keras 1 and 2 and of
 * tf.keras 2, or {@code model.to_json()} and {@code model.save_weights("x.h5")}.
 *
 * @param path for messages
 * @param model the description of the network
 * @param training the compiled loss and optimizer; an empty node where the file has none
 * @param version of Keras, such as 2.15.0; 1 where the file does not tell
 * @param backend such as tensorflow; null where the file does not tell, as those of Keras 1
 * @param weights by layers
 */
record KerasFile(
    String path,
    JsonNode model,
    JsonNode training,
    String version,
    String backend,
    Map<String, List<KerasWeight>> weights) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether a path is that of a Keras model, by its name. */
  static boolean isOne(String path) {
    String name = new Path(path).getName().toLowerCase(java.util.Locale.ROOT);
    return name.endsWith(".h5") || name.endsWith(".hdf5") || name.endsWith(".keras");
  }

  /**
   * Reads a whole model.
   *
   * @param path on any Hadoop file system
   * @throws KindlingException if there is no such file, it is damaged, or holds weights only
   */
  static KerasFile read(String path, Configuration hadoop) {
    Hdf5 file = new Hdf5(bytes(path, hadoop), path);
    String description =
        file.text("model_config")
            .orElseThrow(
                () ->
                    unreadable(
                        path,
                        "it describes no network (no model_config), as files of save_weights; give the JSON of model.to_json() with it, or save with model.save",
                        null));
    return of(path, json(description, path), file);
  }

  /**
   * Reads a model of two files.
   *
   * @param architecture the JSON that {@code model.to_json()} gave
   * @param weights the HDF5 file that {@code model.save_weights} wrote, or a whole model
   * @throws KindlingException if one of them is not there or damaged
   */
  static KerasFile read(String architecture, String weights, Configuration hadoop) {
    JsonNode model =
        json(new String(bytes(architecture, hadoop), StandardCharsets.UTF_8), architecture);
    requireKeras2(model.path("keras_version").asText(), architecture);
    return of(weights, model, new Hdf5(bytes(weights, hadoop), weights));
  }

  private static KerasFile of(String path, JsonNode model, Hdf5 file) {
    String described = model.path("keras_version").asText("1");
    String version = file.text("keras_version").orElse(described);
    requireKeras2(described, path);
    requireKeras2(version, path);
    JsonNode training =
        file.text("training_config").map(text -> json(text, path)).orElse(JSON.createObjectNode());
    return new KerasFile(
        path,
        model,
        training,
        version,
        file.text("backend").orElse(model.path("backend").asText(null)),
        file.weights());
  }

  /** Layers of the same names have other arguments and formulas in Keras 3. */
  private static void requireKeras2(String version, String path) {
    if (version.startsWith("3")) {
      throw unreadable(
          path,
          "Keras %s saved it, whose layers differ; save it with Keras 2 (pip install tf-keras, and TF_USE_LEGACY_KERAS=1 in the environment)"
              .formatted(version),
          null);
    }
  }

  /** Whether Keras 1 wrote it. */
  boolean isKeras1() {
    return version.startsWith("1");
  }

  private static JsonNode json(String text, String path) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw unreadable(
          path, "its description of the network is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static byte[] bytes(String path, Configuration hadoop) {
    Path file = new Path(path);
    try {
      FileSystem files = file.getFileSystem(hadoop);
      FileStatus status = files.getFileStatus(file);
      if (status.isDirectory()) {
        throw unreadable(path, "it is a folder; a model that Keras saved as .h5 is one file", null);
      }
      if (status.getLen() > Integer.MAX_VALUE - 8) {
        throw unreadable(path, "it has %d bytes, more than 2 GB".formatted(status.getLen()), null);
      }
      try (FSDataInputStream in = files.open(file)) {
        return in.readAllBytes();
      }
    } catch (FileNotFoundException e) {
      throw unreadable(path, "there is no such file", e);
    } catch (IOException e) {
      throw unreadable(path, String.valueOf(e.getMessage()), e);
    }
  }

  private static KindlingException unreadable(String path, String reason, Throwable cause) {
    return new KindlingException(
        "Cannot read the Keras file %s: %s".formatted(path, reason), cause);
  }
}
