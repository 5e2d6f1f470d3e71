/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import org.apache.hadoop.mapred.InvalidInputException;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * The params of a stage as Spark ML saves them under {@code metadata/}. Fronts {@code
 * DefaultParamsReader} and {@code DefaultParamsWriter}, which Scala hides but bytecode does not.
 */
final class SavedParams {
  private final DefaultParamsReader.Metadata metadata;

  private SavedParams(DefaultParamsReader.Metadata metadata) {
    this.metadata = metadata;
  }

  /**
   * @throws KindlingException if there is no saved stage, or one of another class
   */
  static SavedParams load(String path, SparkSession session, Class<?> expected) {
    try {
      return new SavedParams(
          DefaultParamsReader.loadMetadata(path, session.sparkContext(), expected.getName()));
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

  static void save(Params stage, String path, SparkSession session) {
    DefaultParamsWriter.saveMetadata(
        stage, path, session.sparkContext(), Option.empty(), Option.empty());
  }

  String uid() {
    return metadata.uid();
  }

  void setOn(Params stage) {
    metadata.getAndSetParams(stage, Option.empty());
  }
}
