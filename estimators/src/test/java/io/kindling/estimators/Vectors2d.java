/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Small training sets of vectors: two clouds of points that a line separates. */
final class Vectors2d {
  static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType)
          .add("origin", DataTypes.StringType);

  private Vectors2d() {}

  static Dataset<Row> clouds(SparkSession spark, int rows, int partitions) {
    Random random = new Random(rows);
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int label = i % 2;
      double centre = label == 0 ? -1 : 1;
      data.add(
          RowFactory.create(
              Vectors.dense(
                  centre + random.nextGaussian() / 3,
                  random.nextGaussian(),
                  centre - random.nextGaussian() / 3),
              (double) label,
              "point#" + i));
    }
    return spark.createDataFrame(data, SCHEMA).repartition(partitions);
  }
}
