/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

import io.kindling.input.InputSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * What flows from one layer to the next for one example.
 *
 * @param kind of values
 * @param sizes as Keras counts them, channels last: height, width, channels of an image; units of a
 *     row; steps (-1: any number) and units of a sequence; the vocabulary of token ids
 * @param count what became of the steps of a sequence of any number since the network's input
 */
record Flow(FlowKind kind, List<Long> sizes, StepCount count) {
  Flow {
    sizes = List.copyOf(sizes);
  }

  private Flow(FlowKind kind, List<Long> sizes) {
    this(kind, sizes, StepCount.ALL);
  }

  static Flow image(long height, long width, long channels) {
    return new Flow(FlowKind.IMAGE, List.of(height, width, channels));
  }

  static Flow row(long units) {
    return new Flow(FlowKind.ROW, List.of(units));
  }

  /**
   * A sequence.
   *
   * @param steps -1 for any number
   */
  static Flow steps(long steps, long units) {
    return new Flow(FlowKind.STEPS, List.of(steps, units));
  }

  /** A sequence of as many steps as the network's input leaves. */
  static Flow anySteps(long units, StepCount count) {
    return new Flow(FlowKind.STEPS, List.of(-1L, units), count);
  }

  static Flow of(InputSpec input) {
    return switch (input.kind()) {
      case IMAGE -> image(input.height(), input.width(), input.channels());
      case VECTOR -> row(input.width());
      case TOKENS -> new Flow(FlowKind.TOKENS, List.of((long) input.vocabulary()));
      case SEQUENCE -> steps(-1, input.width());
    };
  }

  /** What DL4J says that a layer gives, where that is right. */
  static Flow of(InputType type) {
    return switch (type.getType()) {
      case CNN -> {
        var image = (InputType.InputTypeConvolutional) type;
        yield image(image.getHeight(), image.getWidth(), image.getChannels());
      }
      case RNN -> {
        var sequence = (InputType.InputTypeRecurrent) type;
        yield steps(sequence.getTimeSeriesLength(), sequence.getSize());
      }
      case FF -> row(((InputType.InputTypeFeedForward) type).getSize());
      default -> throw new IllegalStateException("no layer of ours gives " + type);
    };
  }

  /** The type that DL4J works out a layer's inputs from. */
  InputType type() {
    return switch (kind) {
      case IMAGE -> InputType.convolutional(sizes.get(0), sizes.get(1), sizes.get(2));
      case ROW -> InputType.feedForward(units());
      // The size of a token is that of its one-hot vector.
      case TOKENS -> InputType.recurrent(units());
      case STEPS ->
          sizes.get(0) < 0
              ? InputType.recurrent(units())
              : InputType.recurrent(units(), sizes.get(0));
    };
  }

  boolean is(FlowKind other) {
    return kind == other;
  }

  /** Height of an image, or steps of a sequence, -1 where that is any number. */
  long first() {
    return sizes.get(0);
  }

  /** Channels of an image, units of a row or a step, the vocabulary of tokens. */
  long units() {
    return sizes.get(sizes.size() - 1);
  }

  /** All values of one example; meaningless for sequences of any length. */
  long values() {
    return sizes.stream().reduce(1L, (a, b) -> a * b);
  }

  /** What is said of it in a message: {@code images (28, 28, 1)}. */
  @Override
  public String toString() {
    if (kind == FlowKind.TOKENS) {
      return kind.toString();
    }
    List<String> texts = new ArrayList<>();
    sizes.forEach(
        size -> texts.add(size < 0 ? count.toString() : String.format(Locale.ROOT, "%d", size)));
    return "%s (%s)".formatted(kind, String.join(", ", texts));
  }
}
