/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.data.KindlingException;
import io.kindling.input.InputSpec;
import java.nio.file.Path;
import java.util.List;

/** What a model takes from outside. */
enum ModelInput {
  IMAGE("images"),
  TEXT("texts"),
  VECTOR("vectors"),
  TOKENS("token ids"),
  SEQUENCE("series of numbers");

  private final String title;

  ModelInput(String title) {
    this.title = title;
  }

  /** For messages. */
  String title() {
    return title;
  }

  /**
   * What the first stage takes, or the network where there is none.
   *
   * @throws KindlingException if it is none of these
   */
  static ModelInput of(Path model, List<SavedStage> before, InputSpec network) {
    String first = before.isEmpty() ? "SequencePadder" : before.get(0).simpleName();
    return switch (first) {
      case "ImageDecoder", "ImageResizer" -> IMAGE;
      case "TextTokenizer", "RegexTokenizer" -> TEXT;
      case "SequencePadder" ->
          switch (network.kind()) {
            case IMAGE -> IMAGE;
            case VECTOR -> VECTOR;
            case TOKENS -> TOKENS;
            case SEQUENCE -> SEQUENCE;
          };
      default ->
          throw new KindlingException(
              "Cannot load the model %s without Spark: its first stage, %s, takes words; let the pipeline begin with a TextTokenizer"
                  .formatted(model, first));
    };
  }
}
