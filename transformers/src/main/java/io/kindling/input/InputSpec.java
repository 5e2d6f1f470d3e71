/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.input;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.KindlingException;
import java.io.Serializable;

/**
 * What one example looks like to a network. It is saved with the network, so that training and
 * scoring cannot differ.
 *
 * @param kind images or plain vectors
 * @param channels 1 (grey), 3 or 4 for an image, 1 for a vector
 * @param height rows of an image, 1 for a vector
 * @param width columns of an image, length of a vector
 * @param flat whether the network takes each example as one row {@code [batch, values]} (always so
 *     for vectors) or as {@code [batch, channels, height, width]}
 * @param scaling how pixels become floats; null for a vector, whose values are taken as they are
 */
public record InputSpec(
    Kind kind, int channels, int height, int width, boolean flat, PixelScaling scaling)
    implements Serializable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The kinds of column that feed a network. */
  public enum Kind {
    IMAGE,
    VECTOR
  }

  public InputSpec {
    if (channels < 1 || height < 1 || width < 1) {
      throw new KindlingException(
          "Cannot describe a network's input: %d channels, height %d, width %d; all must be at least 1"
              .formatted(channels, height, width));
    }
    if (kind == Kind.IMAGE && scaling.mean().size() != channels) {
      throw new KindlingException(
          "Cannot scale pixels: the images have %d channels, the scaling has %d"
              .formatted(channels, scaling.mean().size()));
    }
  }

  /** An image input of {@code [batch, channels, height, width]}. */
  public static InputSpec image(int channels, int height, int width, PixelScaling scaling) {
    return new InputSpec(Kind.IMAGE, channels, height, width, false, scaling);
  }

  /** A vector input of {@code [batch, length]}. */
  public static InputSpec vector(int length) {
    return new InputSpec(Kind.VECTOR, 1, 1, length, true, null);
  }

  /** The same input, flattened to {@code [batch, values]} or not. */
  public InputSpec withFlat(boolean flattened) {
    return new InputSpec(kind, channels, height, width, flattened, scaling);
  }

  /** The number of floats that one example becomes. */
  @JsonIgnore
  public int values() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /** The shape of a minibatch. */
  public long[] shape(int batch) {
    return flat ? new long[] {batch, values()} : new long[] {batch, channels, height, width};
  }

  /** As JSON text. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an input spec can always be written", e);
    }
  }

  /** What {@link #toJson} wrote. */
  public static InputSpec fromJson(String json) {
    try {
      return JSON.readValue(json, InputSpec.class);
    } catch (JsonProcessingException e) {
      throw new KindlingException(
          "Cannot read the description of a network's input: " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public String toString() {
    return kind == Kind.VECTOR
        ? "vectors of " + width
        : "images of %dx%dx%d (height x width x channels)".formatted(height, width, channels);
  }
}
