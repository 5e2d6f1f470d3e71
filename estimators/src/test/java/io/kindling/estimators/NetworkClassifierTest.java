/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.generate.DigitGenerator;
import io.kindling.model.ClassificationMetrics;
import io.kindling.model.NetworkClassificationModel;
import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class NetworkClassifierTest {
  @Test
  void learnsGeneratedDigits(SparkSession spark, @TempDir Path folder) throws Exception {
    Dataset<Row> train = new DigitGenerator(4000, 1).generate(spark).drop("split", "problem");
    Dataset<Row> test = new DigitGenerator(1000, 2).generate(spark).drop("split", "problem");
    NetworkClassifier classifier =
        new NetworkClassifier().setNetwork("lenet").setEpochs(3).setBatchSize(32).setWorkers(2);
    NetworkClassificationModel model = classifier.fit(train);
    assertEquals(12_000, model.summary().examplesTrained());

    Dataset<Row> scored = model.transform(test);
    ClassificationMetrics metrics =
        ClassificationMetrics.of(scored, "label", "prediction", "probability");
    assertTrue(metrics.accuracy() > 0.9, metrics.toString());

    String path = folder.resolve("model").toString();
    model.write().save(path);
    NetworkClassificationModel loaded = NetworkClassificationModel.load(path);
    assertArrayEquals(model.artifact().params(), loaded.artifact().params());
    assertArrayEquals(model.artifact().updaterState(), loaded.artifact().updaterState());
    List<Row> before = scored.select("rawPrediction", "probability", "prediction").takeAsList(100);
    List<Row> after =
        loaded.transform(test).select("rawPrediction", "probability", "prediction").takeAsList(100);
    assertEquals(before, after);
  }
}
