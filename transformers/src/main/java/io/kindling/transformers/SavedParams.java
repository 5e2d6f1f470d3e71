/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import org.apache.hadoop.mapred.InvalidInputException;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The params of a stage as Spark ML saves them under {@code metadata/}. It fronts {@code
 * DefaultParamsReader} and {@code DefaultParamsWriter}, which are {@code private[ml]} in Scala and
 * public in bytecode (seen in 3.5), so that a Spark release that changes them breaks one class.
 */
public final class SavedParams {
  private final DefaultParamsReader.Metadata metadata;

  private SavedParams(DefaultParamsReader.Metadata metadata) {
    this.metadata = metadata;
  }

  /** The reader of a stage that is nothing but its params. */
  public static <T extends Params> MLReader<T> reader() {
    return new DefaultParamsReader<>();
  }

  /**
   * The class name of a saved stage.
   *
   * @throws KindlingException if there is none
   */
  public static String className(String path, SparkSession session) {
    // Spark checks no class where none is named.
    return load(path, session, "").metadata.className();
  }

  /**
   * Reads the params of a stage that saves more than these.
   *
   * @throws KindlingException if there is no saved stage, or one of another class
   */
  public static SavedParams load(String path, SparkSession session, Class<?> expected) {
    return load(path, session, expected.getName());
  }

  private static SavedParams load(String path, SparkSession session, String expected) {
    try {
      return new SavedParams(
          DefaultParamsReader.loadMetadata(path, session.sparkContext(), expected));
    } catch (RuntimeException e) {
      throw new KindlingException("Cannot load the model %s: %s".formatted(path, reason(e)), e);
    } catch (Exception e) { // Scala throws checked exceptions without saying so
      throw new KindlingException("Cannot load the model %s: %s".formatted(path, reason(e)), e);
    }
  }

  private static String reason(Exception e) {
    return e instanceof InvalidInputException || e.getCause() instanceof InvalidInputException
        ? "no model was saved there"
        : String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  /** Writes a stage's params. */
  public static void save(Params stage, String path, SparkSession session) {
    DefaultParamsWriter.saveMetadata(
        stage, path, session.sparkContext(), Option.empty(), Option.empty());
  }

  /** The uid that the stage had. */
  public String uid() {
    return metadata.uid();
  }

  /** Sets the saved params on a stage of the same uid. */
  public void setOn(Params stage) {
    metadata.getAndSetParams(stage, Option.empty());
  }
}
