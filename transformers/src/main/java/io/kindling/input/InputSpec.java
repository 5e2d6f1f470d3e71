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
 * @param kind images, plain vectors, or sequences of token ids or of numbers
 * @param channels 1 (grey), 3 or 4 for an image, else 1
 * @param height rows of an image, else 1
 * @param width columns of an image, length of a vector, numbers of one step of a sequence
 * @param flat whether the network takes each example as one row {@code [batch, values]} (always so
 *     for vectors) or as {@code [batch, channels, height, width]}; never for sequences, which are
 *     {@code [batch, width, steps]}
 * @param scaling how pixels become floats; null for others, whose values are taken as they are
 * @param vocabulary how many token ids there are, padding and unknown included; 0 for others
 * @param zero what the token id 0 is; null for others
 */
public record InputSpec(
    Kind kind,
    int channels,
    int height,
    int width,
    boolean flat,
    PixelScaling scaling,
    int vocabulary,
    ZeroId zero)
    implements Serializable {
  /** Above, a float is not next to its neighbours by one. */
  private static final int LARGEST_VOCABULARY = 1 << 24;

  /** Half a gigabyte of floats. */
  private static final int MOST_VALUES = 1 << 27;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The kinds of column that feed a network. */
  public enum Kind {
    IMAGE,
    VECTOR,
    /** Token ids: texts. */
    TOKENS,
    /** Steps of numbers: time series. */
    SEQUENCE
  }

  /** What the token id 0 is to a network. */
  public enum ZeroId {
    /** Padding at either end, which is left out; a text of nothing else is one unknown word. */
    PADDING,
    /** A token like others: a network that Keras trained on padding as steps. */
    TOKEN,
    /** No token wherever it is: a network that Keras trained with {@code mask_zero}. */
    SKIPPED
  }

  public InputSpec {
    // Not in what versions before wrote.
    zero = kind == Kind.TOKENS && zero == null ? ZeroId.PADDING : zero;
    if (channels < 1 || height < 1 || width < 1) {
      throw new KindlingException(
          "Cannot describe a network's input: %d channels, height %d, width %d; all must be at least 1"
              .formatted(channels, height, width));
    }
    if ((double) channels * height * width > MOST_VALUES) {
      throw new KindlingException(
          "Cannot describe a network's input: %d channels, height %d, width %d; one example may have %d values at most"
              .formatted(channels, height, width, MOST_VALUES));
    }
    if (vocabulary > LARGEST_VOCABULARY) {
      throw new KindlingException(
          "Cannot describe a network's input: a vocabulary of %d ids; at most %d can be told apart as floats. VocabularyIndexer makes ids that are near each other"
              .formatted(vocabulary, LARGEST_VOCABULARY));
    }
    if (kind == Kind.TOKENS && vocabulary <= SequenceColumn.UNKNOWN_ID) {
      throw new KindlingException(
          "Cannot describe a network's input: a vocabulary of %d ids; it has at least those of padding and of unknown words"
              .formatted(vocabulary));
    }
    if (kind == Kind.IMAGE && scaling == null) {
      throw new KindlingException(
          "Cannot describe a network's input: it has images, but no scaling of pixels");
    }
    if (kind == Kind.IMAGE && scaling.mean().size() != channels) {
      throw new KindlingException(
          "Cannot scale pixels: the images have %d channels, the scaling has %d"
              .formatted(channels, scaling.mean().size()));
    }
  }

  /** An image input of {@code [batch, channels, height, width]}. */
  public static InputSpec image(int channels, int height, int width, PixelScaling scaling) {
    return new InputSpec(Kind.IMAGE, channels, height, width, false, scaling, 0, null);
  }

  /** A vector input of {@code [batch, length]}. */
  public static InputSpec vector(int length) {
    return new InputSpec(Kind.VECTOR, 1, 1, length, true, null, 0, null);
  }

  /** An input of token ids, {@code [batch, 1, steps]}. */
  public static InputSpec tokens(int vocabulary) {
    return new InputSpec(Kind.TOKENS, 1, 1, 1, false, null, vocabulary, ZeroId.PADDING);
  }

  /** An input of steps of {@code width} numbers each, {@code [batch, width, steps]}. */
  public static InputSpec sequence(int width) {
    return new InputSpec(Kind.SEQUENCE, 1, 1, width, false, null, 0, null);
  }

  /** Whether examples have steps, as many as each has. */
  @JsonIgnore
  public boolean isSequence() {
    return kind == Kind.TOKENS || kind == Kind.SEQUENCE;
  }

  /** The same input, flattened to {@code [batch, values]} or not. */
  public InputSpec withFlat(boolean flattened) {
    return new InputSpec(kind, channels, height, width, flattened, scaling, vocabulary, zero);
  }

  /** The same input of token ids, with another meaning of the id 0. */
  public InputSpec withZero(ZeroId meaning) {
    return new InputSpec(kind, channels, height, width, flat, scaling, vocabulary, meaning);
  }

  /** The number of floats that one example, or one step of a sequence, becomes. */
  @JsonIgnore
  public int values() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /**
   * The shape of a minibatch.
   *
   * @param steps of its longest sequence; without meaning for others
   */
  public long[] shape(int batch, int steps) {
    if (isSequence()) {
      return new long[] {batch, width, steps};
    }
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
    return switch (kind) {
      case IMAGE ->
          "images of %dx%dx%d (height x width x channels)".formatted(height, width, channels);
      case VECTOR -> "vectors of " + width;
      case TOKENS ->
          "sequences of token ids below "
              + vocabulary
              + switch (zero) {
                case PADDING -> "";
                case TOKEN -> ", 0 a token like others";
                case SKIPPED -> ", 0 left out";
              };
      case SEQUENCE -> "sequences of steps of " + width;
    };
  }
}
