/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network that starts as a trained one (transfer learning): its layers and parameters, of which
 * some stay as they are, some train on, and some give way to new ones.
 *
 * <pre>{@code
 * classifier.setNetwork(
 *     new PretrainedNetwork("models/cifar").freezeUpTo("conv2d-4").withNewHead().definition());
 * }</pre>
 *
 * @param model a saved Kindling model or pipeline, a model that Keras saved (a file ending in .h5),
 *     or a network in Deeplearning4j's own format (a file ending in .zip)
 * @param freezeUpTo the layer that stays as it is, with all that it depends on; null for none
 * @param cutBehind the layer behind which all is removed; null for the last one before the output
 *     layer where a new head is wanted
 * @param newHead whether the output layer is a new one; null where it follows: from other classes
 *     than the model's an error, from {@code cutBehind} or {@code layers} a new one
 * @param layers added behind, before the output layer
 */
public record PretrainedNetwork(
    String model, String freezeUpTo, String cutBehind, Boolean newHead, List<LayerSpec> layers) {
  static final String MODEL = "model";
  private static final String FREEZE_UP_TO = "freeze-up-to";
  private static final String CUT_BEHIND = "cut-behind";
  private static final String NEW_HEAD = "new-head";
  private static final String LAYERS = "layers";
  private static final Set<String> KEYS = Set.of(MODEL, FREEZE_UP_TO, CUT_BEHIND, NEW_HEAD, LAYERS);
  private static final ObjectMapper JSON = new ObjectMapper();

  public PretrainedNetwork {
    layers = List.copyOf(layers);
    for (int i = 0; i < layers.size(); i++) {
      LayerTypes.check(layers.get(i), i + 1);
    }
    if (Boolean.FALSE.equals(newHead) && (cutBehind != null || !layers.isEmpty())) {
      throw new KindlingException(
          "Cannot build the network: new-head is false, but %s, which needs a new output layer; leave new-head out"
              .formatted(
                  cutBehind == null
                      ? "layers are added (layers)"
                      : "the network is cut (cut-behind)"));
    }
  }

  /** The model as it is: all of it trains on, for the same classes. */
  public PretrainedNetwork(String model) {
    this(model, null, null, null, List.of());
  }

  /** Keeps a layer and all that it depends on as they are. */
  public PretrainedNetwork freezeUpTo(String layer) {
    return new PretrainedNetwork(model, layer, cutBehind, newHead, layers);
  }

  /** Removes all behind a layer. */
  public PretrainedNetwork cutBehind(String layer) {
    return new PretrainedNetwork(model, freezeUpTo, layer, newHead, layers);
  }

  /** Gives it a new output layer. */
  public PretrainedNetwork withNewHead() {
    return new PretrainedNetwork(model, freezeUpTo, cutBehind, true, layers);
  }

  /** Adds layers before a new output layer. */
  public PretrainedNetwork with(LayerSpec... added) {
    return new PretrainedNetwork(model, freezeUpTo, cutBehind, newHead, List.of(added));
  }

  /** Whether the model's own output layer goes. */
  public boolean replacesHead() {
    return Boolean.TRUE.equals(newHead) || cutBehind != null || !layers.isEmpty();
  }

  /** As a definition, for an estimator's param {@code network}. */
  public NetworkDefinition definition() {
    return NetworkDefinition.of(this);
  }

  /** As {@link #read} reads it. */
  Map<String, Object> toMap() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(MODEL, model);
    keys.put(FREEZE_UP_TO, freezeUpTo);
    keys.put(CUT_BEHIND, cutBehind);
    keys.put(NEW_HEAD, newHead);
    keys.put(LAYERS, layers.isEmpty() ? null : layers.stream().map(LayerSpec::toMap).toList());
    keys.values().removeIf(value -> value == null);
    return keys;
  }

  /**
   * Reads a JSON object with a key {@code model}.
   *
   * @throws KindlingException naming the key that is unknown or has a wrong value
   */
  static PretrainedNetwork read(JsonNode keys) {
    keys.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                throw new KindlingException(
                    "Cannot build the network: a pretrained network has no key '%s'; it has %s"
                        .formatted(key, String.join(", ", new java.util.TreeSet<>(KEYS))));
              }
            });
    JsonNode head = keys.path(NEW_HEAD);
    JsonNode layers = keys.path(LAYERS);
    if (!isUnset(head) && !head.isBoolean()) {
      throw wrong(NEW_HEAD, "true, false or null", head);
    }
    if (!isUnset(layers) && !layers.isArray()) {
      throw wrong(LAYERS, "a list of layers", layers);
    }
    List<Object> written = new ArrayList<>();
    layers.forEach(layer -> written.add(JSON.convertValue(layer, Object.class)));
    return new PretrainedNetwork(
        text(keys, MODEL),
        text(keys, FREEZE_UP_TO),
        text(keys, CUT_BEHIND),
        isUnset(head) ? null : head.booleanValue(),
        LayerSpec.listOf(written));
  }

  private static String text(JsonNode keys, String key) {
    JsonNode value = keys.path(key);
    if (isUnset(value) && !key.equals(MODEL)) {
      return null;
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw wrong(key, "a text", value);
    }
    return value.textValue();
  }

  private static boolean isUnset(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static KindlingException wrong(String key, String wanted, JsonNode found) {
    return new KindlingException(
        "Cannot build the network: '%s' of a pretrained network must be %s, not %s"
            .formatted(key, wanted, found));
  }
}
