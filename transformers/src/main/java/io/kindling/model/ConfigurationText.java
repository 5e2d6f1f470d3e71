/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.kindling.data.KindlingException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * The JSON of a configuration, gone through before Deeplearning4j sees it: its depth, its length,
 * the classes and the sizes in it.
 */
final class ConfigurationText {
  /** Layers within layers make some twenty levels; a parser's stack ends at some thousands. */
  private static final int MOST_DEPTH = 100;

  /** Characters; some thousands of layers. */
  static final int MOST_LENGTH = 16 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Sizes, none of which can be negative. */
  private static final Set<String> SIZES =
      Set.of(
          "nin",
          "nout",
          "kernelsize",
          "stride",
          "dilation",
          "padding",
          "cropping",
          "size",
          "blocks",
          "blocksize",
          "depthmultiplier",
          "inputheight",
          "inputwidth",
          "inputdepth",
          "numchannels",
          "nheads",
          "headsize",
          "projectinputs",
          "nqueries",
          "inputsize",
          "inputshape",
          "from",
          "to");

  private final JsonParser parser;
  private boolean hasLayers;
  private boolean hasVertices;

  private ConfigurationText(JsonParser parser) {
    this.parser = parser;
  }

  /** The kind of network that a text describes. */
  enum Kind {
    LAYERS,
    GRAPH
  }

  /**
   * Goes through a text.
   *
   * @throws KindlingException if it is no JSON, no configuration, or not one that may be parsed
   */
  static Kind check(String json) {
    if (json.length() > MOST_LENGTH) {
      throw refused(
          "its configuration has %d characters; at most %d are read"
              .formatted(json.length(), MOST_LENGTH));
    }
    try (JsonParser parser = JSON.createParser(json)) {
      return new ConfigurationText(parser).check();
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot build the network: the configuration is no JSON: " + ArtifactJson.reason(e), e);
    } catch (IOException e) {
      throw new IllegalStateException("a text can be read", e);
    }
  }

  private Kind check() throws IOException {
    int depth = 0;
    String sizes = null;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token.isStructStart() && ++depth > MOST_DEPTH) {
        throw refused("its configuration is more than %d levels deep".formatted(MOST_DEPTH));
      }
      if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.FIELD_NAME) {
        String name = parser.getCurrentName();
        hasLayers |= depth == 1 && name.equals("confs");
        hasVertices |= depth == 1 && name.equals("vertices");
        sizes = SIZES.contains(name.toLowerCase(Locale.ROOT)) ? name : null;
        if (name.equals("@class")) {
          requireAllowed(parser.nextToken());
        }
      } else if (sizes != null && token.isNumeric() && parser.getText().startsWith("-")) {
        throw refused("its configuration has %s of %s".formatted(sizes, parser.getText()));
      }
    }
    if (hasVertices == hasLayers) {
      throw refused(
          "the JSON is no DL4J configuration: it has %s 'confs', as a MultiLayerConfiguration, %s 'vertices', as a ComputationGraphConfiguration"
              .formatted(hasLayers ? "both" : "neither", hasLayers ? "and" : "nor"));
    }
    return hasVertices ? Kind.GRAPH : Kind.LAYERS;
  }

  private void requireAllowed(JsonToken value) throws IOException {
    String name = parser.getText();
    if (value != JsonToken.VALUE_STRING || !ConfigurationClasses.allow(name)) {
      throw refusedClass(name);
    }
  }

  static KindlingException refusedClass(String name) {
    return refused(
        "its configuration names the class '%s', which is none of those of Deeplearning4j, ND4J and Kindling that networks are made of; use theirs"
            .formatted(ArtifactJson.shown(name)));
  }

  private static KindlingException refused(String reason) {
    return new KindlingException("Cannot build the network: " + reason);
  }
}
