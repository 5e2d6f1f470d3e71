/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import io.kindling.data.KindlingException;
import io.kindling.data.Nearest;
import io.kindling.input.InputColumn;
import io.kindling.input.InputSpec;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkConfiguration;
import io.kindling.model.NetworkModel;
import io.kindling.model.Target;
import io.kindling.runtime.ApplicationBroadcast;
import io.kindling.transformers.StageSchema;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Adds to each row which part of its example decided what a network predicts: integrated gradients
 * of the predicted class's logit, or of a given class's; of a regression of the number.
 *
 * <p>The column {@code explanationCol} is, of an image, an array of {@code height * width} floats,
 * row by row, what each pixel contributed with all of its channels; of a vector one float for each
 * value; of a text one for each token id of the column's values, 0 for padding; of a sequence of
 * numbers an array of steps of floats. They sum up to the score less the baseline's, but for the
 * {@code gap}.
 *
 * <p>{@code occlusionCol} is an array of one float for each pixel, value, token or step: how much
 * the score drops where it is covered. {@code detailsCol} is {@code struct<class, score,
 * baselineScore, gap, agreement>}, as in {@link Explanation}; {@code agreement} is null without
 * {@code occlusionCol}.
 *
 * <p>Saved, it is a folder with {@code metadata/} (Spark's) and {@code model/}, the network that it
 * explains. In a pipeline behind that network it holds it a second time.
 */
public final class NetworkExplainer extends Transformer
    implements HasExplanationParams<NetworkExplainer>, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final NetworkModel<?> model;
  private final ExplanationParams explanationParams;
  private final ApplicationBroadcast<PooledGradients> broadcast = new ApplicationBroadcast<>();

  /**
   * @param model whose predictions are explained; its features column is this one's, too
   */
  public NetworkExplainer(NetworkModel<?> model) {
    this(Identifiable$.MODULE$.randomUID("networkExplainer"), model);
    setFeaturesCol(model.getFeaturesCol());
  }

  NetworkExplainer(String uid, NetworkModel<?> model) {
    this.uid = uid;
    this.model = model;
    this.explanationParams = new ExplanationParams(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ExplanationParams explanationParams() {
    return explanationParams;
  }

  /** Whose predictions are explained. */
  public NetworkModel<?> model() {
    return model;
  }

  /**
   * @throws KindlingException if a column is missing, of another type, or exists already, the
   *     network has not the class that is to be explained, or it cannot be differentiated
   */
  @Override
  public StructType transformSchema(StructType schema) {
    NetworkArtifact artifact = model.artifact();
    InputColumn.check(schema, getFeaturesCol(), artifact.input());
    Explainer.check(artifact.input(), artifact.target(), settings());
    InputGradients.check(NetworkConfiguration.parse(artifact.configuration()), artifact.input());
    return columns().appendTo(schema, artifact.input());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType explained = transformSchema(dataset.schema());
    Broadcast<PooledGradients> networks =
        broadcast.in(
            dataset.sparkSession().sparkContext(),
            PooledGradients.class,
            () -> new PooledGradients(model.artifact()));
    Target target = model.artifact().target();
    ExplanationSettings settings = settings();
    ExplanationColumns columns = columns();
    int features = dataset.schema().fieldIndex(getFeaturesCol());
    RowExplainer.OnBadRow onBadRow =
        RowExplainer.OnBadRow.valueOf(getHandleInvalid().toUpperCase(Locale.ROOT));
    MapPartitionsFunction<Row, Row> explain =
        rows -> explain(rows, networks.value(), target, settings, columns, features, onBadRow);
    Dataset<Row> rows = dataset.toDF().mapPartitions(explain, Encoders.row(explained));
    // Encoders carry names and types but no metadata.
    return rows.select(
        Arrays.stream(explained.fields())
            .map(field -> StageSchema.column(field.name()).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private static Iterator<Row> explain(
      Iterator<Row> rows,
      PooledGradients networks,
      Target target,
      ExplanationSettings settings,
      ExplanationColumns columns,
      int features,
      RowExplainer.OnBadRow onBadRow) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    InputGradients network = networks.borrow();
    // One that failed in mid-minibatch may hold what is wrong for the next.
    TaskCompletionListener giveBack =
        context -> {
          if (context.isFailed() || context.isInterrupted()) {
            network.close();
          } else {
            networks.giveBack(network);
          }
        };
    TaskContext.get().addTaskCompletionListener(giveBack);
    InputSpec spec = network.input().spec();
    return new RowExplainer(
        rows, new Explainer(network, target, settings), spec, columns, features, onBadRow);
  }

  private ExplanationColumns columns() {
    return new ExplanationColumns(getExplanationCol(), getOcclusionCol(), getDetailsCol());
  }

  private ExplanationSettings settings() {
    return new ExplanationSettings(
        chosenClass(),
        getSteps(),
        Baseline.parse(getBaseline()),
        !getOcclusionCol().isEmpty(),
        getOcclusionSize(),
        getOcclusionWords().equals(ExplanationParams.UNKNOWN));
  }

  private int chosenClass() {
    String name = getExplainedClass();
    List<String> labels = model.artifact().labels();
    if (name.equals(ExplanationParams.PREDICTED)) {
      return ExplanationSettings.PREDICTED;
    }
    if (labels.contains(name)) {
      return labels.indexOf(name);
    }
    if (name.matches("[0-9]{1,9}")) {
      return Integer.parseInt(name);
    }
    throw new KindlingException(
        labels.isEmpty()
            ? "Cannot explain class %s: the network predicts a number".formatted(name)
            : "Cannot explain class %s: the network knows no class of that name; the nearest is %s"
                .formatted(name, Nearest.of(name, labels)));
  }

  @Override
  public NetworkExplainer copy(ParamMap extra) {
    NetworkExplainer copy = new NetworkExplainer(uid, model);
    copyValues(copy, extra);
    return copy;
  }

  @Override
  public MLWriter write() {
    return new ExplainerWriter(this);
  }

  /** What {@code NetworkExplainer.load} and {@code PipelineModel.load} read with. */
  public static MLReader<NetworkExplainer> read() {
    return new ExplainerReader();
  }

  /** Loads an explainer saved by {@code write().save(path)} from any Hadoop file system. */
  public static NetworkExplainer load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NetworkExplainer: uid=%s, model=%s".formatted(uid, model);
  }
}
