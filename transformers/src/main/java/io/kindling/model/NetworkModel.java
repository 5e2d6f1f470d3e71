/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import io.kindling.input.InputColumn;
import io.kindling.runtime.ApplicationBroadcast;
import io.kindling.runtime.NativeRuntime;
import io.kindling.transformers.SavedParams;
import io.kindling.transformers.StageSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.BiFunction;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * A trained network as a Spark ML model: what classification and regression have in common.
 *
 * <p>Rows keep their order and their other columns. A row that the network cannot take stops the
 * job with its origin and the reason ({@code handleInvalid = error}, the default), is dropped
 * ({@code skip}), or, where {@link #setProblemCol} names a column, is kept with null outputs and
 * the reason in that column.
 *
 * <p>Saved, it is a folder with {@code metadata/} (Spark's) and {@code data/}: {@code network.zip}
 * in DL4J's own format, {@code model.json}, and {@code manifest.json} with the SHA-256 of each.
 *
 * @param <M> the model's own type
 */
public abstract class NetworkModel<M extends NetworkModel<M>> extends Model<M>
    implements HasScoringColumns<M>, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NetworkArtifact artifact;
  private final Param<String> problemCol;
  private final IntParam scoringBatchSize;
  private TrainingSummary summary;
  private final ApplicationBroadcast<PooledNetworks> broadcast = new ApplicationBroadcast<>();

  NetworkModel(String uid, NetworkArtifact artifact) {
    this.uid = uid;
    this.artifact = artifact;
    this.problemCol =
        new Param<>(
            this,
            "problemCol",
            "added column for the reason why a row could not be scored; such rows are then kept,"
                + " whatever handleInvalid says; empty for none");
    this.scoringBatchSize =
        new IntParam(
            this,
            "scoringBatchSize",
            "rows scored at once, at least 1; 0 (default) for as many as suit the network. Results"
                + " do not depend on it",
            ParamValidators.gtEq(0));
    setDefault(problemCol, "");
    setDefault(scoringBatchSize, 0);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param: added column for the reason why a row could not be scored. */
  public Param<String> problemCol() {
    return problemCol;
  }

  /** Param: rows scored at once. */
  public IntParam scoringBatchSize() {
    return scoringBatchSize;
  }

  public M setProblemCol(String value) {
    set(problemCol, value);
    return self();
  }

  public M setScoringBatchSize(int value) {
    set(scoringBatchSize, value);
    return self();
  }

  @SuppressWarnings("unchecked")
  private M self() {
    return (M) this;
  }

  /** The columns that tell what the network predicts. */
  abstract PredictionColumns predictionColumns();

  /** A model of the same kind and uid with nothing set. */
  abstract M fresh();

  /** All that the model holds, as a value. */
  public NetworkArtifact artifact() {
    return artifact;
  }

  /** Where the model comes from; empty where that is not known, as of an imported one. */
  public ModelCard card() {
    return artifact.card();
  }

  /**
   * A DL4J network of its own with the trained parameters, for use outside of Spark.
   *
   * @throws KindlingException if this model's network is a graph
   */
  public MultiLayerNetwork network() {
    if (opened().model() instanceof MultiLayerNetwork network) {
      return network;
    }
    throw new KindlingException(
        "Cannot open the network as a MultiLayerNetwork: it is a ComputationGraph; call graph()");
  }

  /**
   * A DL4J graph of its own with the trained parameters, for use outside of Spark.
   *
   * @throws KindlingException if this model's network is no graph
   */
  public ComputationGraph graph() {
    if (opened().model() instanceof ComputationGraph graph) {
      return graph;
    }
    throw new KindlingException(
        "Cannot open the network as a ComputationGraph: it is a MultiLayerNetwork; call network()");
  }

  private Network opened() {
    NativeRuntime.start();
    return ArtifactFiles.built(artifact);
  }

  /**
   * How the training went.
   *
   * @throws KindlingException if this model was loaded rather than trained in this application
   */
  public TrainingSummary summary() {
    if (summary == null) {
      throw new KindlingException(
          "Cannot give a training summary: the model %s was not trained in this application"
              .formatted(uid));
    }
    return summary;
  }

  /** Whether {@link #summary()} has one to give. */
  public boolean hasSummary() {
    return summary != null;
  }

  /** Attaches the summary of the training that made this model. */
  public M withSummary(TrainingSummary training) {
    this.summary = training;
    return self();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    InputColumn.check(schema, getFeaturesCol(), artifact.input());
    return columns().appendTo(schema);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    StructType scored = transformSchema(schema);
    Broadcast<PooledNetworks> networks =
        broadcast.in(
            dataset.sparkSession().sparkContext(),
            PooledNetworks.class,
            () -> new PooledNetworks(artifact));
    ScoringColumns columns = columns();
    int features = schema.fieldIndex(getFeaturesCol());
    int batch = (Integer) getOrDefault(scoringBatchSize);
    RowScorer.OnBadRow onBadRow =
        !columns.problem().isEmpty()
            ? RowScorer.OnBadRow.KEEP
            : "skip".equals(getHandleInvalid()) ? RowScorer.OnBadRow.SKIP : RowScorer.OnBadRow.FAIL;
    MapPartitionsFunction<Row, Row> score =
        rows -> score(rows, networks.value(), columns, features, batch, onBadRow);
    return withMetadata(dataset.toDF().mapPartitions(score, Encoders.row(scored)), scored);
  }

  /** Encoders carry names and types but no metadata, neither the input's nor ours. */
  private static Dataset<Row> withMetadata(Dataset<Row> rows, StructType schema) {
    Column[] columns =
        Arrays.stream(schema.fields())
            .map(field -> StageSchema.column(field.name()).as(field.name(), field.metadata()))
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  private static Iterator<Row> score(
      Iterator<Row> rows,
      PooledNetworks networks,
      ScoringColumns columns,
      int features,
      int batch,
      RowScorer.OnBadRow onBadRow) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    ScoringLane lane = networks.borrow();
    // One that failed in mid-minibatch may hold what is wrong for the next.
    TaskCompletionListener giveBack =
        context -> {
          if (context.isFailed() || context.isInterrupted()) {
            lane.close();
          } else {
            networks.giveBack(lane);
          }
        };
    TaskContext.get().addTaskCompletionListener(giveBack);
    return new RowScorer(rows, lane, columns, features, batch, onBadRow);
  }

  private ScoringColumns columns() {
    return new ScoringColumns(predictionColumns(), getOrDefault(problemCol).toString());
  }

  @Override
  public M copy(ParamMap extra) {
    M copy = fresh();
    copyValues(copy, extra);
    copy.withSummary(summary);
    copy.setParent(parent());
    return copy;
  }

  @Override
  public MLWriter write() {
    return new ModelWriter(this);
  }

  /**
   * Loads a saved model, whichever kind it is of, from any Hadoop file system.
   *
   * @throws KindlingException if there is none, or it is damaged
   */
  public static NetworkModel<?> load(String path) {
    String kind = SavedParams.className(path, SparkSession.active());
    return kind.equals(NetworkRegressionModel.class.getName())
        ? NetworkRegressionModel.load(path)
        : NetworkClassificationModel.load(path);
  }

  /**
   * The reader of one kind of model.
   *
   * @param <M> the kind
   */
  static final class Reader<M extends NetworkModel<M>> extends MLReader<M> {
    private final Class<M> kind;
    private final BiFunction<String, NetworkArtifact, M> constructor;

    Reader(Class<M> kind, BiFunction<String, NetworkArtifact, M> constructor) {
      this.kind = kind;
      this.constructor = constructor;
    }

    @Override
    public M load(String path) {
      NativeRuntime.start();
      SavedParams saved = SavedParams.load(path, sparkSession(), kind);
      try {
        Path data = new Path(path, ModelWriter.DATA);
        FileSystem files = data.getFileSystem(sparkSession().sessionState().newHadoopConf());
        M model =
            constructor.apply(saved.uid(), ArtifactReader.read(new HadoopModelFiles(files, data)));
        saved.setOn(model);
        return model;
      } catch (IOException e) {
        throw new KindlingException("Cannot load the model " + path + ": " + e.getMessage(), e);
      }
    }
  }
}
