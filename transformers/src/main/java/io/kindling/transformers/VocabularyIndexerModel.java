/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.input.SequenceColumn;
import io.kindling.runtime.ApplicationBroadcast;
import io.kindling.transformers.sequence.SavedWords;
import io.kindling.transformers.sequence.Vocabulary;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.shared.HasInputCol;
import org.apache.spark.ml.param.shared.HasOutputCol;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Makes token ids ({@code array<int>}) of words ({@code array<string>}) by a vocabulary. A word
 * that is not in it, and a null, becomes id 1; no words give no ids; a null document stays null.
 * The added column's metadata tell the number of different ids ({@link SequenceColumn#vocabulary}).
 *
 * <p>Saved, it is a folder with {@code metadata/} (Spark's) and {@code data/} with one file {@code
 * words.json} ({@link SavedWords}).
 */
public final class VocabularyIndexerModel extends Model<VocabularyIndexerModel>
    implements HasInputCol, HasOutputCol, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Vocabulary vocabulary;
  private Param<String> inputCol;
  private Param<String> outputCol;
  private final ApplicationBroadcast<Vocabulary> broadcast = new ApplicationBroadcast<>();

  /**
   * A model of given words, for a vocabulary from elsewhere.
   *
   * @param words in the order of their ids, the first has id 2
   * @throws KindlingException if there is none, or one is null or there twice
   */
  public VocabularyIndexerModel(List<String> words) {
    this(Identifiable$.MODULE$.randomUID("vocabularyIndexer"), new Vocabulary(words));
  }

  VocabularyIndexerModel(String uid, Vocabulary vocabulary) {
    this.uid = uid;
    this.vocabulary = vocabulary;
    HasInputCol.$init$(this);
    HasOutputCol.$init$(this);
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
  public VocabularyIndexerModel setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** The column of token ids to add. */
  public VocabularyIndexerModel setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** The words in the order of their ids; the first has id 2. */
  public List<String> vocabulary() {
    return vocabulary.words();
  }

  SavedWords savedWords() {
    return SavedWords.of(vocabulary);
  }

  /** The number of different ids, those of padding and of unknown words among them. */
  public int size() {
    return vocabulary.size();
  }

  /** The id of a word; 1 for one that is not in the vocabulary. */
  public int indexOf(String word) {
    return vocabulary.indexOf(word);
  }

  /**
   * @throws KindlingException if a column is missing, of another type, or exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return VocabularyIndexer.schema(schema, this, this)
        .describe(getOutputCol(), metadata())
        .schema();
  }

  private Metadata metadata() {
    return SequenceColumn.withVocabulary(Metadata.empty(), size());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    ArrayType ids = (ArrayType) transformSchema(dataset.schema()).apply(getOutputCol()).dataType();
    Broadcast<Vocabulary> words =
        broadcast.in(dataset.sparkSession().sparkContext(), Vocabulary.class, () -> vocabulary);
    return dataset.withColumn(
        getOutputCol(),
        functions
            // Not deterministic, as far as Spark knows: else it may look all words up several
            // times.
            .udf(new IndexWords(words), ids)
            .asNondeterministic()
            .apply(StageSchema.column(getInputCol()))
            .as(getOutputCol(), metadata()));
  }

  @Override
  public VocabularyIndexerModel copy(ParamMap extra) {
    VocabularyIndexerModel copy = new VocabularyIndexerModel(uid, vocabulary);
    copyValues(copy, extra);
    return copy.setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new VocabularyWriter(this);
  }

  /** What {@code VocabularyIndexerModel.load} and {@code PipelineModel.load} read with. */
  public static MLReader<VocabularyIndexerModel> read() {
    return new VocabularyReader();
  }

  public static VocabularyIndexerModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "VocabularyIndexerModel: uid=%s, size=%d".formatted(uid, size());
  }

  private record IndexWords(Broadcast<Vocabulary> vocabulary) implements UDF1<Seq<String>, int[]> {
    @Override
    public int[] call(Seq<String> words) {
      if (words == null) {
        return null;
      }
      Vocabulary known = vocabulary.value();
      int[] ids = new int[words.size()];
      scala.collection.Iterator<String> rest = words.iterator();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = known.indexOf(rest.next());
      }
      return ids;
    }
  }
}
