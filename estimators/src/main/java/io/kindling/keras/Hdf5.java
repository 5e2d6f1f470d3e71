/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.kindling.data.KindlingException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HDF5 file in memory, as Keras lays it out: texts in attributes, and groups of arrays whose
 * names are attributes, too.
 */
final class Hdf5 {
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private final HdfFile file;
  private final String path;

  /**
   * @param path for messages
   * @throws KindlingException if the bytes are no HDF5 file, or not the whole of one
   */
  Hdf5(byte[] bytes, String path) {
    this.path = path;
    if (bytes.length >= ZIP.length && Arrays.equals(bytes, 0, ZIP.length, ZIP, 0, ZIP.length)) {
      throw unreadable(
          "it is a zip archive, as Keras writes .keras files; save the model as .h5 with Keras 2 (pip install tf-keras, and TF_USE_LEGACY_KERAS=1 in the environment)",
          null);
    }
    try {
      this.file = HdfFile.fromBytes(bytes);
    } catch (RuntimeException e) { // of many types where bytes are wrong
      throw unreadable("it is no HDF5 file, or its beginning is damaged", e);
    }
    long whole = file.getHdfBackingStorage().getSuperblock().getEndOfFileAddress();
    if (bytes.length < whole) {
      throw unreadable(
          "it has %d bytes, but shall have %d; copy it anew".formatted(bytes.length, whole), null);
    }
  }

  /** A text of the whole file; empty where there is none of that name. */
  Optional<String> text(String attribute) {
    return read(
        () ->
            Optional.ofNullable(file.getAttribute(attribute))
                .map(Attribute::getData)
                .map(Hdf5::textOf));
  }

  /**
   * The weights, by layers in their order.
   *
   * @throws KindlingException if there are none, or one that is named is not there
   */
  Map<String, List<KerasWeight>> weights() {
    return read(
        () -> {
          // A file of weights alone has at its root what a whole model has in a group.
          Group layers =
              file.getChild("model_weights") instanceof Group group && !hasNames(file)
                  ? group
                  : file;
          if (!hasNames(layers)) {
            throw unreadable(
                "it holds no weights of Keras as layers have them (no layer_names); names ending in .weights.h5 make Keras write another layout: save weights as x-weights.h5, or the model by model.save",
                null);
          }
          Map<String, List<KerasWeight>> weights = new LinkedHashMap<>();
          for (String layer : names(layers, "layer_names")) {
            Node found = layers.getChild(layer);
            if (!(found instanceof Group group)) {
              throw unreadable(
                  "it names a layer '%s', whose weights are not there".formatted(layer), null);
            }
            weights.put(layer, weights(group));
          }
          return weights;
        });
  }

  private static boolean hasNames(Group group) {
    Map<String, Attribute> attributes = group.getAttributes();
    return attributes.containsKey("layer_names") || attributes.containsKey("layer_names0");
  }

  private List<KerasWeight> weights(Group layer) {
    List<KerasWeight> weights = new ArrayList<>();
    for (String name : names(layer, "weight_names")) {
      Node node = layer;
      for (String part : name.split("/", -1)) {
        node = node instanceof Group group ? group.getChild(part) : null;
      }
      if (!(node instanceof Dataset dataset)) {
        throw unreadable(
            "it names weights '%s' of layer '%s', which are not there"
                .formatted(name, layer.getName()),
            null);
      }
      weights.add(
          new KerasWeight(name, dataset.getDimensions(), () -> read(() -> floats(dataset, name))));
    }
    return weights;
  }

  private float[] floats(Dataset dataset, String name) {
    Object data = dataset.isScalar() ? dataset.getData() : dataset.getDataFlat();
    if (data instanceof float[] floats) {
      return floats;
    }
    if (data instanceof Float one) {
      return new float[] {one};
    }
    if (data instanceof double[] doubles) {
      float[] floats = new float[doubles.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) doubles[i];
      }
      return floats;
    }
    throw unreadable(
        "its weights '%s' are of type %s, not float".formatted(name, dataset.getJavaType()), null);
  }

  /** Names in one attribute, or in several whose names are numbered, for one holds 64 kB only. */
  private static List<String> names(Group group, String attribute) {
    Map<String, Attribute> attributes = group.getAttributes();
    List<String> names = new ArrayList<>();
    if (attributes.containsKey(attribute)) {
      addTo(names, attributes.get(attribute));
    }
    for (int chunk = 0; attributes.containsKey(attribute + chunk); chunk++) {
      addTo(names, attributes.get(attribute + chunk));
    }
    return names;
  }

  private static void addTo(List<String> names, Attribute attribute) {
    if (attribute.isEmpty() || attribute.getSize() == 0) {
      return;
    }
    Object data = attribute.getData();
    for (int i = 0; i < Array.getLength(data); i++) {
      names.add(textOf(Array.get(data, i)));
    }
  }

  private static String textOf(Object value) {
    return value instanceof String text ? text : String.valueOf(value);
  }

  /** What jHDF throws where bytes are wrong is of many types. */
  private <T> T read(java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (KindlingException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreadable(
          "it is damaged (%s)"
              .formatted(
                  String.valueOf(e.getMessage())
                      .lines()
                      .findFirst()
                      .orElse(e.getClass().getSimpleName())),
          e);
    }
  }

  private KindlingException unreadable(String reason, Throwable cause) {
    return new KindlingException(
        "Cannot read the Keras file %s: %s".formatted(path, reason), cause);
  }
}
