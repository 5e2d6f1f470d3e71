/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import io.kindling.input.BadInputException;
import io.kindling.transformers.image.Fit;
import io.kindling.transformers.image.Resizing;
import io.kindling.transformers.sequence.End;
import io.kindling.transformers.sequence.SavedWords;
import io.kindling.transformers.sequence.StopWords;
import io.kindling.transformers.sequence.Tokenization;
import io.kindling.transformers.sequence.Vocabulary;
import io.kindling.transformers.sequence.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What one stage of a pipeline does to one value, without Spark. The classes that compute are those
 * that the stages themselves use.
 */
interface Preparation {
  /**
   * The value that the next stage takes.
   *
   * @param value {@code byte[]} of an image file, {@link Pixels}, a text, a list of words, {@code
   *     int[]} or {@code float[][]}
   * @throws BadInputException if it cannot be prepared; the message is the reason
   */
  Object apply(Object value) throws BadInputException;

  /**
   * What a saved stage does.
   *
   * @throws KindlingException if it is none of those that run without Spark
   */
  static Preparation of(SavedStage stage) throws IOException {
    return switch (stage.className()) {
      case "io.kindling.transformers.ImageDecoder" -> decoder(stage);
      case "io.kindling.transformers.ImageResizer" -> resizer(stage);
      case "io.kindling.transformers.TextTokenizer", "org.apache.spark.ml.feature.RegexTokenizer" ->
          tokenizer(stage);
      case "io.kindling.transformers.CommonWordsRemover",
          "org.apache.spark.ml.feature.StopWordsRemover" ->
          remover(stage);
      case "io.kindling.transformers.VocabularyIndexerModel" -> indexer(stage);
      case "io.kindling.transformers.SequencePadder" -> padder(stage);
      default ->
          throw new KindlingException(
              "Cannot load the model %s without Spark: only Spark runs its %s; score with Spark, or save a pipeline without it"
                  .formatted(stage.folder(), stage.simpleName()));
    };
  }

  private static Preparation decoder(SavedStage stage) {
    ImageCodec codec = new ImageCodec(stage.param("maxPixels").asLong());
    int channels = stage.integer("channels");
    return new ImageFile(codec, channels);
  }

  private static Preparation resizer(SavedStage stage) {
    Resizing resizing =
        new Resizing(stage.integer("height"), stage.integer("width"), Fit.parse(stage.text("fit")));
    int channels = stage.integer("channels");
    return image -> resizing.apply(((Pixels) image).inChannels(channels));
  }

  private static Preparation tokenizer(SavedStage stage) {
    Tokenization tokenization =
        new Tokenization(
            Pattern.compile(stage.text("pattern")),
            stage.flag("gaps"),
            stage.flag("toLowercase"),
            stage.integer("minTokenLength"));
    return text -> tokenization.words((String) text);
  }

  @SuppressWarnings("unchecked") // a tokenizer came before
  private static Preparation remover(SavedStage stage) {
    List<String> words = new ArrayList<>();
    stage.param("stopWords").forEach(word -> words.add(word.asText()));
    // Spark writes a locale as Locale.toString has it.
    Locale locale = Locale.forLanguageTag(stage.text("locale").replace('_', '-'));
    StopWords stopWords = new StopWords(words, stage.flag("caseSensitive"), locale);
    return text -> stopWords.removedFrom((List<String>) text);
  }

  @SuppressWarnings("unchecked") // a tokenizer came before
  private static Preparation indexer(SavedStage stage) throws IOException {
    Path file = stage.folder().resolve("data").resolve(SavedWords.FILE);
    if (!Files.isRegularFile(file)) {
      throw new KindlingException(
          "Cannot load the model: %s is missing; a vocabulary that an older version saved is to be loaded and saved again with Spark"
              .formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      Vocabulary vocabulary = SavedWords.read(in);
      return words -> vocabulary.indexOf((List<String>) words);
    } catch (KindlingException e) {
      throw new KindlingException(
          "Cannot load the model %s: %s".formatted(stage.folder(), e.getMessage()), e);
    }
  }

  private static Preparation padder(SavedStage stage) {
    Window window =
        new Window(
            stage.integer("length"),
            End.parse(stage.text("truncating")),
            End.parse(stage.text("padding")));
    return steps -> steps instanceof int[] ids ? window.of(ids) : window.of((float[][]) steps);
  }
}
