/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.data.KindlingException;
import io.kindling.data.prepare.StagedFolder;
import io.kindling.data.read.ExampleSchema;
import io.kindling.jobs.conf.JobConf;
import io.kindling.keras.KerasModel;
import io.kindling.model.NetworkModel;
import io.kindling.transformers.ImageDecoder;
import io.kindling.transformers.SavedParams;
import io.kindling.transformers.StageSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.shared.HasInputCol;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The model at key {@code model}: a network, one that Keras saved as .h5 among them, or a pipeline
 * model with one network in it, whose other stages run before and after it.
 */
final class SavedModel {
  private final List<Transformer> before = new ArrayList<>();
  private final List<Transformer> after = new ArrayList<>();
  private NetworkModel<?> network;

  private final boolean named;

  private SavedModel(Transformer saved, String path) {
    this.named = !KerasModel.isFile(path);
    add(saved, path);
    if (network == null) {
      throw new KindlingException(
          "Cannot load the model %s: it is a pipeline without a network".formatted(path));
    }
  }

  private void add(Transformer stage, String path) {
    if (stage instanceof PipelineModel pipeline) {
      Arrays.stream(pipeline.stages()).forEach(inner -> add(inner, path));
    } else if (stage instanceof NetworkModel<?> found) {
      if (network != null) {
        throw new KindlingException(
            "Cannot load the model %s: it is a pipeline of more than one network".formatted(path));
      }
      network = found;
    } else {
      (network == null ? before : after).add(stage);
    }
  }

  /**
   * Loads the model.
   *
   * @param doing what it is wanted for, as the rest of a sentence after "Cannot"
   * @throws KindlingException where there is none, or it is damaged
   */
  static SavedModel load(SparkSession spark, JobConf conf, String doing) {
    String path = new Locations(spark).existing(conf.model(), doing, "model");
    spark.sparkContext().setJobDescription(doing + ": load " + path);
    SavedModel model = new SavedModel(read(spark, path), path);
    if (conf.scoring().batchSize() != null) {
      model.network.setScoringBatchSize(conf.scoring().batchSize());
    }
    return model;
  }

  /**
   * A pipeline to start a training with.
   *
   * @return empty where there is none: a network alone, which needs no stages, or nothing of use,
   *     which the estimator says better
   */
  static Optional<SavedModel> pipeline(SparkSession spark, String path) {
    return isPipeline(spark, path)
        ? Optional.of(new SavedModel(read(spark, path), path))
        : Optional.empty();
  }

  private static boolean isPipeline(SparkSession spark, String path) {
    try {
      return !KerasModel.isFile(path)
          && SavedParams.className(path, spark).equals(PipelineModel.class.getName());
    } catch (KindlingException e) {
      return false;
    }
  }

  private static Transformer read(SparkSession spark, String path) {
    if (KerasModel.isFile(path)) {
      KerasModel keras = KerasModel.load(path);
      NetworkModel<?> network = keras.model();
      network.setFeaturesCol(
          switch (keras.input().kind()) {
            case IMAGE -> ExampleSchema.IMAGE.feature();
            case VECTOR -> "features";
            case TOKENS, SEQUENCE -> ExampleSchema.SEQUENCE.feature();
          });
      return network;
    }
    if (!isPipeline(spark, path)) {
      return NetworkModel.load(path);
    }
    try {
      return PipelineModel.load(path);
    } catch (Exception e) { // also what Spark throws without saying so
      KindlingException ours = KindlingException.in(e);
      throw ours != null
          ? new KindlingException(ours.getMessage(), e)
          : new KindlingException(
              "Cannot load the model %s: %s"
                  .formatted(path, Failure.firstLine(String.valueOf(e.getMessage()))),
              e);
    }
  }

  /** The stages that make the network's input. */
  List<Transformer> stagesBefore() {
    return before;
  }

  /**
   * The folder of the network within the pipeline's at {@code path}.
   *
   * @throws KindlingException if it is in a pipeline within the pipeline
   */
  String networkPath(SparkSession spark, String path) {
    Path stages = new Path(path, "stages");
    try {
      FileSystem files = stages.getFileSystem(spark.sparkContext().hadoopConfiguration());
      for (FileStatus stage : files.listStatus(stages)) {
        if (stage.getPath().getName().endsWith("_" + network.uid())) {
          return new Path(stages, stage.getPath().getName()).toString();
        }
      }
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot look for the network in %s: %s".formatted(stages, e.getMessage()), e);
    }
    throw new KindlingException(
        "Cannot start with the model %s (training.initial-model): its network is in a pipeline within"
                .formatted(path)
            + " the pipeline");
  }

  /** Whether the model knows its classes' names, which no file of Keras tells. */
  boolean namesClasses() {
    return named;
  }

  /** The network, on which to set how it scores. */
  NetworkModel<?> network() {
    return network;
  }

  /**
   * Adds the predictions.
   *
   * @return the rows' own columns and those that the network and later stages add; without what the
   *     network takes, unless that is a string
   */
  Dataset<Row> transform(Dataset<Row> rows) {
    return transform(rows, kept(rows));
  }

  /** The rows' own columns but what the network takes, unless that is a string. */
  List<String> kept(Dataset<Row> rows) {
    String input = inputColumn();
    return Arrays.stream(rows.schema().fields())
        .filter(
            field -> !field.name().equals(input) || field.dataType().equals(DataTypes.StringType))
        .map(StructField::name)
        .toList();
  }

  /**
   * Adds the predictions.
   *
   * @param kept which columns to keep of those that the network and later stages do not add
   */
  Dataset<Row> transform(Dataset<Row> rows, List<String> kept) {
    Dataset<Row> features = rows;
    for (Transformer stage : before) {
      features = stage.transform(features);
    }
    List<String> dropped = new ArrayList<>(List.of(features.columns()));
    dropped.removeAll(kept);
    if (after.isEmpty()) {
      // Scoring holds rows for a while: without what only the stages before it need.
      features = without(features, dropped, network.getFeaturesCol());
    }
    Dataset<Row> scored = network.transform(features);
    for (Transformer stage : after) {
      scored = stage.transform(scored);
    }
    return without(scored, dropped, null);
  }

  private static Dataset<Row> without(Dataset<Row> rows, List<String> dropped, String needed) {
    return rows.select(
        Arrays.stream(rows.columns())
            .filter(name -> !dropped.contains(name) || name.equals(needed))
            .map(StageSchema::column)
            .toArray(Column[]::new));
  }

  /**
   * Makes all stages keep rows that they cannot take, with the reason in a column: those that
   * decode images in a column of theirs, the network in another.
   *
   * @param origin the string column that names a row
   */
  void keepBadRows(String origin, String problem, String undecoded) {
    network.setProblemCol(problem);
    for (Transformer stage : before) {
      if (stage instanceof ImageDecoder decoder) {
        decoder.setHandleInvalid("keep").setProblemCol(undecoded);
        if (!decoder.isSet(decoder.originCol())) {
          decoder.setOriginCol(origin);
        }
      }
    }
  }

  /**
   * The columns that the model reads, as far as each stage says so.
   *
   * @return empty where one of them may read any
   */
  Optional<Set<String>> inputs() {
    Set<String> inputs = new HashSet<>(List.of(inputColumn(), network.getFeaturesCol()));
    for (Transformer stage : before) {
      if (!(stage instanceof HasInputCol column)) {
        return Optional.empty();
      }
      inputs.add(column.getInputCol());
      if (stage instanceof ImageDecoder decoder && decoder.isSet(decoder.originCol())) {
        inputs.add(decoder.getOriginCol());
      }
    }
    return after.isEmpty() ? Optional.of(inputs) : Optional.empty();
  }

  /** The column of the rows that becomes the network's input. */
  String inputColumn() {
    return before.isEmpty() || !(before.get(0) instanceof HasInputCol first)
        ? network.getFeaturesCol()
        : first.getInputCol();
  }

  /**
   * Makes sure, before the training, that a model can be saved.
   *
   * @param overwrite whether an older one may be replaced
   * @throws KindlingException where it cannot be written, or something else lies there
   */
  static void requirePlace(SparkSession spark, String path, boolean overwrite) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    try (StagedFolder place =
        new StagedFolder(configuration, path, overwrite, StagedFolder.Kind.MODEL)) {
      place.data().getFileSystem(configuration).mkdirs(place.data());
    } catch (IOException e) {
      throw new KindlingException("Cannot save a model to " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Saves a network, as a pipeline model with the stages before it where there are any.
   *
   * @param rows what the stages were fitted on
   * @param overwrite whether an older one is replaced
   * @throws KindlingException where it cannot be written
   */
  static void save(
      PipelineModel stages,
      NetworkModel<?> network,
      Dataset<Row> rows,
      String path,
      boolean overwrite) {
    try {
      if (stages.stages().length == 0) {
        MLWriter writer = overwrite ? network.write().overwrite() : network.write();
        writer.save(path);
      } else {
        savePipeline(withNetwork(stages, network, rows), rows.sparkSession(), path, overwrite);
      }
    } catch (IOException e) {
      throw new KindlingException("Cannot save the model to " + path + ": " + e.getMessage(), e);
    }
  }

  /** Whole or not at all, which Spark's own writer of pipelines does not promise. */
  private static void savePipeline(
      PipelineModel model, SparkSession spark, String path, boolean overwrite) throws IOException {
    Configuration configuration = spark.sessionState().newHadoopConf();
    try (StagedFolder staged =
        new StagedFolder(configuration, path, overwrite, StagedFolder.Kind.MODEL)) {
      model.write().save(staged.data().toString());
      staged.publish(false);
    }
  }

  /** A pipeline of fitted stages only is fitted as it is, without a job. */
  private static PipelineModel withNetwork(
      PipelineModel stages, NetworkModel<?> network, Dataset<Row> rows) {
    List<PipelineStage> all = new ArrayList<>(List.of(stages.stages()));
    all.add(network);
    return new Pipeline().setStages(all.toArray(new PipelineStage[0])).fit(rows);
  }
}
