/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A stage that Spark ML saved: its class and its params, read without Spark.
 *
 * @param folder where it lies
 * @param metadata Spark's description of it
 */
record SavedStage(Path folder, JsonNode metadata) {
  private static final long MOST_BYTES = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the metadata.
   *
   * @throws KindlingException if no stage was saved there
   */
  static SavedStage read(Path folder) throws IOException {
    Path metadata = folder.resolve("metadata");
    if (!Files.isDirectory(metadata)) {
      throw new KindlingException(
          "Cannot load the model %s: no model was saved there".formatted(folder));
    }
    List<Path> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(metadata)) {
      files.filter(file -> file.getFileName().toString().startsWith("part-")).forEach(parts::add);
    }
    parts.sort(null);
    for (Path part : parts) {
      if (Files.size(part) > MOST_BYTES) {
        throw new KindlingException(
            "Cannot load the model: %s has more than %d MB".formatted(part, MOST_BYTES >> 20));
      }
      String text = Files.readString(part, StandardCharsets.UTF_8);
      if (!text.isBlank()) {
        return new SavedStage(folder, parse(part, text.lines().findFirst().orElse("")));
      }
    }
    throw new KindlingException(
        "Cannot load the model: there is no description of it in %s".formatted(metadata));
  }

  private static JsonNode parse(Path part, String line) {
    try {
      JsonNode tree = JSON.readTree(line);
      if (tree.path("class").isTextual() && tree.path("uid").isTextual()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot load the model: %s is damaged: %s".formatted(part, e.getOriginalMessage()), e);
    }
    throw new KindlingException(
        "Cannot load the model: %s is damaged: it names no class".formatted(part));
  }

  /** The name of its class. */
  String className() {
    return metadata.path("class").asText();
  }

  /** The name of its class without the package, for messages. */
  String simpleName() {
    return className().substring(className().lastIndexOf('.') + 1);
  }

  String uid() {
    return metadata.path("uid").asText();
  }

  /** The value of a param, the default where none is set. */
  JsonNode param(String name) {
    JsonNode set = metadata.path("paramMap").path(name);
    JsonNode value = set.isMissingNode() ? metadata.path("defaultParamMap").path(name) : set;
    if (value.isMissingNode()) {
      throw new KindlingException(
          "Cannot load the model %s: its %s has no %s".formatted(folder, simpleName(), name));
    }
    return value;
  }

  String text(String name) {
    return param(name).asText();
  }

  int integer(String name) {
    return param(name).asInt();
  }

  boolean flag(String name) {
    return param(name).asBoolean();
  }
}
