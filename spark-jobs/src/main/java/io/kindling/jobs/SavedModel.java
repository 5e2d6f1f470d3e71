/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.StagedFolder;
import io.kindling.jobs.conf.JobConf;
import io.kindling.model.NetworkModel;
import java.io.IOException;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/** The model at key {@code model}. */
final class SavedModel {
  private SavedModel() {}

  /**
   * Loads the model.
   *
   * @param doing what it is wanted for, as the rest of a sentence after "Cannot"
   * @throws KindlingException where there is none, or it is damaged
   */
  static NetworkModel<?> load(SparkSession spark, JobConf conf, String doing) {
    String path = new Locations(spark).existing(conf.model(), doing, "model");
    spark.sparkContext().setJobDescription(doing + ": load " + path);
    return NetworkModel.load(path).setScoringBatchSize(conf.scoring().batchSize());
  }

  /**
   * Makes sure, before the training, that a model can be saved.
   *
   * @param overwrite whether an older one may be replaced
   * @throws KindlingException where it cannot be written, or something else lies there
   */
  static void requirePlace(SparkSession spark, String path, boolean overwrite) {
    try (StagedFolder place =
        new StagedFolder(
            spark.sparkContext().hadoopConfiguration(), path, overwrite, StagedFolder.Kind.MODEL)) {
      place.data().getFileSystem(spark.sparkContext().hadoopConfiguration()).mkdirs(place.data());
    } catch (IOException e) {
      throw new KindlingException("Cannot save a model to " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Saves a model.
   *
   * @param overwrite whether an older one is replaced
   * @throws KindlingException where it cannot be written
   */
  static void save(NetworkModel<?> model, String path, boolean overwrite) {
    MLWriter writer = overwrite ? model.write().overwrite() : model.write();
    try {
      writer.save(path);
    } catch (IOException e) {
      throw new KindlingException("Cannot save the model to " + path + ": " + e.getMessage(), e);
    }
  }
}
