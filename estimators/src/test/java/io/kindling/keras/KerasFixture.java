/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A model that Keras wrote, with inputs and what Keras predicts of them; {@code fixtures.py} beside
 * them wrote all.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KerasFixture(
    String name, int[] shape, String type, ByteBuffer inputs, float[][] predictions) {
  private static final Path FOLDER = Path.of("src/test/resources/keras");

  static KerasFixture of(String name) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode json = mapper.readTree(FOLDER.resolve(name + ".json").toFile());
    JsonNode inputs = json.get("inputs");
    JsonNode predictions = json.get("predictions");
    ByteBuffer values = bytes(predictions);
    int[] shape = mapper.convertValue(predictions.get("shape"), int[].class);
    float[][] rows = new float[shape[0]][shape[1]];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = values.getFloat();
      }
    }
    return new KerasFixture(
        name,
        mapper.convertValue(inputs.get("shape"), int[].class),
        inputs.get("type").asText(),
        bytes(inputs),
        rows);
  }

  private static ByteBuffer bytes(JsonNode array) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(array.get("data").asText()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  static String file(String name) {
    return FOLDER.resolve(name).toAbsolutePath().toString();
  }

  String path() {
    return file(name + ".h5");
  }

  /** The inputs as a column features of the type that such values have in Spark. */
  Dataset<Row> rows(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    inputs.rewind();
    for (int i = 0; i < shape[0]; i++) {
      rows.add(RowFactory.create(i, value()));
    }
    DataType column =
        switch (type) {
          case "uint8" -> ImageRows.schema();
          case "int32" -> DataTypes.createArrayType(DataTypes.IntegerType);
          default ->
              shape.length == 2
                  ? SQLDataTypes.VectorType()
                  : DataTypes.createArrayType(
                      DataTypes.createArrayType(DataTypes.FloatType, false), false);
        };
    return spark.createDataFrame(
        rows, new StructType().add("id", DataTypes.IntegerType).add("features", column));
  }

  private Object value() {
    if (type.equals("uint8")) {
      byte[] bgr = new byte[shape[1] * shape[2] * shape[3]];
      for (int pixel = 0; pixel < bgr.length; pixel += shape[3]) {
        for (int channel = 0; channel < shape[3]; channel++) {
          bgr[pixel + shape[3] - 1 - channel] = inputs.get();
        }
      }
      return ImageRows.toRow("memory", new Pixels(shape[1], shape[2], shape[3], bgr));
    }
    if (type.equals("int32")) {
      Integer[] ids = new Integer[shape[1]];
      Arrays.setAll(ids, i -> inputs.getInt());
      return ids;
    }
    if (shape.length == 2) {
      double[] values = new double[shape[1]];
      Arrays.setAll(values, i -> inputs.getFloat());
      return Vectors.dense(values);
    }
    Float[][] steps = new Float[shape[1]][shape[2]];
    for (Float[] step : steps) {
      Arrays.setAll(step, i -> inputs.getFloat());
    }
    return steps;
  }

  @Override
  public String toString() {
    return name;
  }
}
