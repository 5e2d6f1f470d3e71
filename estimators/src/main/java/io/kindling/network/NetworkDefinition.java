/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import io.kindling.model.NetworkConfiguration;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * A network to train, however it is given: by name, as layers in Keras' words, as a DL4J
 * configuration, or as a trained network of which to keep a part. {@link #toString} writes it as
 * one text, the value of an estimator's param {@code network}, so that a grid may hold several;
 * {@link #parse} reads it.
 *
 * @param text as {@link #parse} reads it
 * @param layers without the output layer, which follows from the labels; null where not given so
 * @param configuration null where not given so
 * @param pretrained null where not given so
 */
public record NetworkDefinition(
    String text,
    List<LayerSpec> layers,
    NetworkConfiguration configuration,
    PretrainedNetwork pretrained) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One that Kindling knows by name.
   *
   * @throws KindlingException naming the nearest, if there is none of that name
   */
  public static NetworkDefinition named(String name) {
    List<LayerSpec> layers = NamedNetworks.layers(name);
    if (layers == null) {
      throw new KindlingException(
          "Cannot build the network: there is none named '%s'; the nearest is '%s', all are %s"
              .formatted(
                  name,
                  Nearest.of(name, NamedNetworks.names()),
                  String.join(", ", NamedNetworks.names())));
    }
    return new NetworkDefinition(name, layers, null, null);
  }

  /** Layers from the input on; {@link Layers} makes them. */
  public static NetworkDefinition of(LayerSpec... layers) {
    return of(List.of(layers));
  }

  /**
   * Layers from the input on.
   *
   * @throws KindlingException naming the layer that is of no known type, or misses a setting or has
   *     one too many
   */
  public static NetworkDefinition of(List<LayerSpec> layers) {
    for (int i = 0; i < layers.size(); i++) {
      LayerTypes.check(layers.get(i), i + 1);
    }
    try {
      return new NetworkDefinition(
          JSON.writeValueAsString(layers.stream().map(LayerSpec::toMap).toList()),
          List.copyOf(layers),
          null,
          null);
    } catch (JsonProcessingException e) {
      throw new KindlingException("Cannot build the network: " + e.getOriginalMessage(), e);
    }
  }

  /** A DL4J list of layers, whose last is an output layer. */
  public static NetworkDefinition of(MultiLayerConfiguration configuration) {
    return new NetworkDefinition(
        configuration.toJson(), null, NetworkConfiguration.of(configuration), null);
  }

  /**
   * A DL4J graph, which ends in an output layer.
   *
   * @throws KindlingException if it has more than one input or output
   */
  public static NetworkDefinition of(ComputationGraphConfiguration configuration) {
    return new NetworkDefinition(
        configuration.toJson(), null, NetworkConfiguration.of(configuration), null);
  }

  /** A trained network, of which a part may be kept as it is and another replaced. */
  public static NetworkDefinition of(PretrainedNetwork pretrained) {
    try {
      return new NetworkDefinition(
          JSON.writeValueAsString(pretrained.toMap()), null, null, pretrained);
    } catch (JsonProcessingException e) {
      throw new KindlingException("Cannot build the network: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a definition.
   *
   * @param text the name of a network, a JSON array of layers, or a JSON object: a DL4J
   *     configuration of either kind, or a trained network and what is to be changed of it
   * @throws KindlingException if it is none of these
   */
  public static NetworkDefinition parse(String text) {
    String trimmed = text.strip();
    if (trimmed.startsWith("{")) {
      JsonNode keys = object(trimmed);
      return keys.has(PretrainedNetwork.MODEL)
          ? of(PretrainedNetwork.read(keys))
          : new NetworkDefinition(trimmed, null, NetworkConfiguration.parse(trimmed), null);
    }
    if (trimmed.startsWith("[")) {
      return of(layers(trimmed));
    }
    return named(trimmed);
  }

  private static JsonNode object(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot build the network: the configuration is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static List<LayerSpec> layers(String json) {
    List<Object> layers;
    try {
      layers = JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot build the network: the layers are no JSON array: " + e.getOriginalMessage(), e);
    }
    return LayerSpec.listOf(layers);
  }

  @Override
  public String toString() {
    return text;
  }
}
