/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.transformers.sequence.Vocabulary;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.shared.HasInputCol;
import org.apache.spark.ml.param.shared.HasOutputCol;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * Learns a vocabulary from a column of words ({@code array<string>}); its {@link
 * VocabularyIndexerModel} makes token ids of them ({@code array<int>}).
 *
 * <p>Id 0 is padding, 1 every unknown word. From 2 on come the words by falling number of
 * occurrences in all documents, words that occur equally often in the order of their code points:
 * the same rows give the same ids, however they are partitioned. Null documents and null words do
 * not count. The words are counted on the executors; the driver gets the vocabulary only.
 *
 * <p>{@code minDF} is 2 by default: a word of one document teaches nothing but that document, and
 * such words are what the id of unknown words is trained on.
 */
public final class VocabularyIndexer extends Estimator<VocabularyIndexerModel>
    implements HasInputCol, HasOutputCol, DefaultParamsWritable {
  static final String DOING = "index words";

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(VocabularyIndexer.class);
  private static final String WORD = "word";
  private static final String OCCURRENCES = "occurrences";
  private static final String DOCUMENTS = "documents";
  private static final StructType COUNTED =
      new StructType()
          .add(WORD, DataTypes.StringType, false)
          .add(OCCURRENCES, DataTypes.LongType, false);

  private final String uid;
  private final DoubleParam minDF;
  private final IntParam maxSize;
  private Param<String> inputCol;
  private Param<String> outputCol;

  /** An indexer with a uid of its own. */
  public VocabularyIndexer() {
    this(Identifiable$.MODULE$.randomUID("vocabularyIndexer"));
  }

  public VocabularyIndexer(String uid) {
    this.uid = uid;
    HasInputCol.$init$(this);
    HasOutputCol.$init$(this);
    minDF =
        new DoubleParam(
            this,
            "minDF",
            "documents that a word must be in to get an id: their number if at least 1, their share"
                + " of all documents if below 1; default 2",
            ParamValidators.gtEq(0));
    maxSize =
        new IntParam(
            this,
            "maxSize",
            "ids at most, the two for padding and for unknown words among them; at least 3; default"
                + " 20000",
            ParamValidators.gt(SequenceColumn.FIRST_WORD_ID));
    setDefault(minDF, 2.0);
    setDefault(maxSize, 20_000);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public Param<String> inputCol() {
    return inputCol;
  }

  @Override
  public Param<String> outputCol() {
    return outputCol;
  }

  public DoubleParam minDF() {
    return minDF;
  }

  public IntParam maxSize() {
    return maxSize;
  }

  @Override
  public void org$apache$spark$ml$param$shared$HasInputCol$_setter_$inputCol_$eq(
      Param<String> param) {
    inputCol = param;
  }

  @Override
  public void org$apache$spark$ml$param$shared$HasOutputCol$_setter_$outputCol_$eq(
      Param<String> param) {
    outputCol = param;
  }

  /** The column of words to read. */
  public VocabularyIndexer setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** The column of token ids to add. */
  public VocabularyIndexer setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** Documents that a word must be in: their number if at least 1, their share if below. */
  public VocabularyIndexer setMinDF(double value) {
    set(minDF, value);
    return this;
  }

  public double getMinDF() {
    return (Double) getOrDefault(minDF);
  }

  /** Ids at most, the two reserved ones among them. */
  public VocabularyIndexer setMaxSize(int value) {
    set(maxSize, value);
    return this;
  }

  public int getMaxSize() {
    return (Integer) getOrDefault(maxSize);
  }

  /**
   * @throws KindlingException if a column is missing, of another type, or exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return schema(schema, this, this).schema();
  }

  static StageSchema schema(StructType schema, HasInputCol input, HasOutputCol output) {
    return new StageSchema(DOING, schema)
        .require(input.getInputCol(), DataTypes.createArrayType(DataTypes.StringType))
        .add(output.getOutputCol(), DataTypes.createArrayType(DataTypes.IntegerType, false));
  }

  /**
   * Counts the words.
   *
   * @throws KindlingException if a column is wrong, there are no documents, or none of their words
   *     is in enough of them
   */
  @Override
  public VocabularyIndexerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Dataset<Row> documents =
        dataset
            .select(StageSchema.column(getInputCol()))
            .filter(StageSchema.column(getInputCol()).isNotNull());
    List<String> words =
        wordsInEnough(documents)
            // Spark orders strings by their UTF-8 bytes, which is by code points.
            .orderBy(col(OCCURRENCES).desc(), col(WORD).asc())
            .limit(getMaxSize() - SequenceColumn.FIRST_WORD_ID)
            .collectAsList()
            .stream()
            .map(row -> row.<String>getAs(WORD))
            .toList();
    if (words.isEmpty()) {
      throw nothingLeft(documents);
    }
    VocabularyIndexerModel model = new VocabularyIndexerModel(uid, new Vocabulary(words));
    LOG.info("Vocabulary of {} ids (padding and unknown among them)", model.size());
    return copyValues(model.setParent(this), ParamMap.empty());
  }

  private Dataset<Row> wordsInEnough(Dataset<Row> documents) {
    FlatMapFunction<Row, Row> wordsOfDocument = VocabularyIndexer::wordsOf;
    Dataset<Row> counts =
        documents
            .flatMap(wordsOfDocument, Encoders.row(COUNTED))
            .groupBy(WORD)
            .agg(sum(OCCURRENCES).as(OCCURRENCES), count(lit(1)).as(DOCUMENTS));
    if (getMinDF() >= 1) {
      return counts.filter(col(DOCUMENTS).geq(getMinDF()));
    }
    return counts.filter(col(DOCUMENTS).divide(Math.max(1, documents.count())).geq(getMinDF()));
  }

  /** The words of one document with the number of their occurrences. */
  private static Iterator<Row> wordsOf(Row document) {
    Map<String, Long> counts = new HashMap<>();
    for (Object word : JavaConverters.asJavaIterable(document.<Seq<Object>>getAs(0))) {
      if (word != null) {
        counts.merge((String) word, 1L, Long::sum);
      }
    }
    return counts.entrySet().stream()
        .map(entry -> RowFactory.create(entry.getKey(), entry.getValue()))
        .iterator();
  }

  private KindlingException nothingLeft(Dataset<Row> documents) {
    long count = documents.count();
    return new KindlingException(
        count == 0
            ? "Cannot %s: column '%s' holds no documents to learn a vocabulary from"
                .formatted(DOING, getInputCol())
            : "Cannot %s: no word of column '%s' is in enough of its %d documents; minDF is %s"
                .formatted(DOING, getInputCol(), count, getMinDF()));
  }

  @Override
  public VocabularyIndexer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** What {@code VocabularyIndexer.load} and {@code Pipeline.load} read with. */
  public static MLReader<VocabularyIndexer> read() {
    return SavedParams.reader();
  }

  public static VocabularyIndexer load(String path) {
    return read().load(path);
  }
}
