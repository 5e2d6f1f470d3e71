/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.scorer;

import io.kindling.data.KindlingException;
import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.Pixels;
import io.kindling.input.BadInputException;
import io.kindling.input.ExampleBuffer;
import io.kindling.input.InputSpec;
import io.kindling.input.NetworkInput;
import io.kindling.input.TokenIds;
import io.kindling.model.ArtifactReader;
import io.kindling.model.ModelFiles;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.PooledNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A saved model in a plain Java program: images, texts or numbers to predictions, without Spark and
 * Hadoop on the class path. What it gives is what the model's {@code transform} gives, to the bit.
 *
 * <p>A model is what Kindling saved: a network, or a pipeline whose stages before the network are
 * of those that {@link Preparation} knows. Nothing in it is trusted, and nothing is read by Java
 * deserialization.
 *
 * <p>Safe for use by any number of threads; as many score at once as {@link #load(Path, int)} is
 * told, each with a network of its own, and others wait. Close it to give the native memory back.
 */
public final class Scorer implements AutoCloseable {
  private final NetworkArtifact artifact;
  private final NetworkInput input;
  private final ModelInput takes;
  private final List<Preparation> preparations;
  private final LaneQueue lanes;

  private Scorer(
      NetworkArtifact artifact, ModelInput takes, List<Preparation> preparations, int concurrency) {
    this.artifact = artifact;
    this.input = new NetworkInput(artifact.input());
    this.takes = takes;
    this.preparations = preparations;
    this.lanes = new LaneQueue(new PooledNetworks(artifact), concurrency);
  }

  /** As {@link #load(Path, int)}, for as many callers at once as there are processors. */
  public static Scorer load(Path model) {
    return load(model, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Loads a saved model.
   *
   * @param model its folder
   * @param concurrency how many callers may score at once, at least 1; each has a network of its
   *     own, with its memory
   * @throws KindlingException if there is no model, it is damaged, or only Spark can run it
   */
  public static Scorer load(Path model, int concurrency) {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1, it is " + concurrency);
    }
    try {
      SavedPipeline saved = SavedPipeline.read(model);
      List<Preparation> preparations = new ArrayList<>();
      for (SavedStage stage : saved.before()) {
        preparations.add(Preparation.of(stage));
      }
      NetworkArtifact artifact =
          ArtifactReader.read(ModelFiles.in(saved.network().resolve("data")));
      ModelInput takes = ModelInput.of(model, saved.before(), artifact.input());
      if (takes == ModelInput.IMAGE
          && (preparations.isEmpty() || !(preparations.get(0) instanceof ImageFile))) {
        int channels = preparations.isEmpty() ? artifact.input().channels() : 0;
        preparations.add(0, new ImageFile(new ImageCodec(), channels));
      }
      return new Scorer(artifact, takes, preparations, concurrency);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot load the model %s: %s".formatted(model, e.getMessage()), e);
    }
  }

  /** What the network takes, when the stages before it are done. */
  public InputSpec input() {
    return artifact.input();
  }

  /** The names of the classes; empty of a regression. */
  public List<String> labels() {
    return artifact.labels();
  }

  /**
   * Scores an image.
   *
   * @param file the bytes of a JPEG, PNG, GIF or BMP file; of the network's size, unless the model
   *     resizes
   * @throws KindlingException if it cannot be scored, or the model takes no images
   */
  public Prediction scoreImage(byte[] file) {
    return scoreImages(List.of(file)).get(0);
  }

  /** As {@link #scoreImage}, of several at once, which is faster. */
  public List<Prediction> scoreImages(List<byte[]> files) {
    return score(files, ModelInput.IMAGE);
  }

  /** As {@link #scoreImages}, of images that are decoded already. */
  public List<Prediction> scorePixels(List<Pixels> images) {
    return score(images, ModelInput.IMAGE);
  }

  /**
   * Scores a text.
   *
   * @throws KindlingException if the model takes no texts
   */
  public Prediction scoreText(String text) {
    return scoreTexts(List.of(text)).get(0);
  }

  /** As {@link #scoreText}, of several at once, which is faster. */
  public List<Prediction> scoreTexts(List<String> texts) {
    return score(texts, ModelInput.TEXT);
  }

  /**
   * Scores a vector.
   *
   * @param values finite numbers, as many as the network takes
   * @throws KindlingException if it cannot be scored, or the model takes no vectors
   */
  public Prediction scoreVector(float... values) {
    return scoreVectors(List.of(values)).get(0);
  }

  /** As {@link #scoreVector}, of several at once, which is faster. */
  public List<Prediction> scoreVectors(List<float[]> vectors) {
    return score(vectors, ModelInput.VECTOR);
  }

  /**
   * Scores the token ids of a text.
   *
   * @throws KindlingException if it cannot be scored, or the model takes no token ids
   */
  public Prediction scoreTokens(int... ids) {
    return scoreTokens(List.of(ids)).get(0);
  }

  /** As {@link #scoreTokens(int...)}, of several texts at once, which is faster. */
  public List<Prediction> scoreTokens(List<int[]> texts) {
    return score(texts, ModelInput.TOKENS);
  }

  /**
   * Scores a series of numbers.
   *
   * @param steps {@code [steps][width]}
   * @throws KindlingException if it cannot be scored, or the model takes no series
   */
  public Prediction scoreSequence(float[][] steps) {
    return scoreSequences(Collections.singletonList(steps)).get(0);
  }

  /** As {@link #scoreSequence}, of several at once, which is faster. */
  public List<Prediction> scoreSequences(List<float[][]> sequences) {
    return score(sequences, ModelInput.SEQUENCE);
  }

  private List<Prediction> score(List<?> values, ModelInput given) {
    if (given != takes) {
      throw new KindlingException(
          "Cannot score %s: the model takes %s".formatted(given.title(), takes.title()));
    }
    ExampleBuffer[] encoded = new ExampleBuffer[values.size()];
    for (int i = 0; i < encoded.length; i++) {
      encoded[i] = new ExampleBuffer();
      try {
        encode(values.get(i), encoded[i]);
      } catch (BadInputException e) {
        throw new KindlingException(
            "Cannot score %s: %s".formatted(named(i, encoded.length), e.getMessage()));
      }
    }
    Predictions predictions = new Predictions(artifact.target(), artifact.labels());
    List<Prediction> scored = new ArrayList<>(encoded.length);
    for (double[] outputs : lanes.outputs(encoded)) {
      scored.add(predictions.of(outputs));
    }
    return scored;
  }

  private String named(int index, int all) {
    return all == 1 ? "the example" : "example %d of %d".formatted(index, all);
  }

  private void encode(Object given, ExampleBuffer out) throws BadInputException {
    Object value = given;
    for (Preparation preparation : preparations) {
      value = preparation.apply(value);
    }
    input.encode(value instanceof int[] ids ? TokenIds.of(ids) : value, out);
  }

  /** Waits for those who are scoring, and gives the native memory back. */
  @Override
  public void close() {
    lanes.close();
  }
}
