/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import static io.kindling.network.Layers.conv2d;
import static io.kindling.network.Layers.dense;
import static io.kindling.network.Layers.flatten;
import static io.kindling.network.Layers.maxPooling2d;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.benchmark.MnistImages;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import io.kindling.estimators.NetworkClassifier;
import io.kindling.model.EpochSummary;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.network.NetworkDefinition;
import io.kindling.network.PretrainedNetwork;
import io.kindling.testkit.LocalSpark;
import io.kindling.testkit.RealData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whether what a network learned of some classes helps with others, on real images. */
@ExtendWith(LocalSpark.class)
class TransferLearningTest {
  private static final int IMAGES = 24_000;
  private static final int SIDE = 28;

  @Test
  void digitsFromFiveOnAreLearnedInHalfTheEpochsAfterThoseBelow(
      SparkSession spark, @TempDir Path folder) throws Exception {
    Dataset<Row> digits = mnist(spark).cache();
    String below = folder.resolve("below-five").toString();
    classifier()
        .setNetwork(network())
        .setEpochs(2)
        .fit(digits.filter(col("label").lt(5)))
        .write()
        .save(below);

    Dataset<Row> others =
        digits
            .filter(col("label").geq(5))
            .withColumn("label", col("label").minus(5))
            .limit(2000)
            .cache();
    List<Double> anew = accuracies(classifier().setNetwork(network()).setEpochs(4), others);
    List<Double> tuned =
        accuracies(
            classifier()
                .setNetwork(
                    new PretrainedNetwork(below)
                        .freezeUpTo("max-pooling2d-2")
                        .cutBehind("max-pooling2d-2")
                        .with(flatten(), dense(64).with("activation", "relu"))
                        .definition())
                .setEpochs(2),
            others);
    System.err.println("accuracy by epochs, fine-tuned " + tuned + ", anew " + anew);
    // Three epochs of training from nothing do not reach what two of fine-tuning do.
    assertTrue(tuned.get(1) > Collections.max(anew.subList(0, 3)), tuned + " against " + anew);
  }

  private static NetworkDefinition network() {
    return NetworkDefinition.of(
        conv2d(16, 3).with("activation", "relu"),
        maxPooling2d(2),
        conv2d(32, 3).with("activation", "relu"),
        maxPooling2d(2),
        flatten(),
        dense(64).with("activation", "relu"));
  }

  private static NetworkClassifier classifier() {
    return new NetworkClassifier()
        .setFeaturesCol("image")
        .setWorkers(2)
        .setBatchSize(32)
        .setAveragingFrequency(5)
        .setSeed(1);
  }

  private static List<Double> accuracies(NetworkClassifier classifier, Dataset<Row> data) {
    NetworkClassificationModel model = classifier.setValidationFraction(0.5).fit(data);
    List<Double> accuracies = new ArrayList<>();
    for (EpochSummary epoch : model.summary().history()) {
      accuracies.add(epoch.validation().get("accuracy"));
    }
    return accuracies;
  }

  private static Dataset<Row> mnist(SparkSession spark) {
    MnistImages read = MnistImages.read(RealData.mnist(), IMAGES);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(
          RowFactory.create(
              ImageRows.toRow("mnist#" + i, new Pixels(SIDE, SIDE, 1, read.pixels()[i])),
              (double) read.labels()[i]));
    }
    return spark
        .createDataFrame(
            rows,
            new StructType().add("image", ImageRows.schema()).add("label", DataTypes.DoubleType))
        .repartition(2);
  }
}
