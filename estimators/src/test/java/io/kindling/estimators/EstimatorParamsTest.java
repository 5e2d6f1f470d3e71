/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every param of the estimators, those to come too. */
@ExtendWith(LocalSpark.class)
class EstimatorParamsTest {
  /** Of params with a choice the one that it allows, of all others the last. */
  private static final List<String> TEXTS =
      List.of(
          "dl4j-spark",
          "nesterov",
          "bfloat16",
          "elastic",
          "f1",
          "r2",
          "mae",
          "rmsprop",
          "cosine",
          "skip",
          "other");

  @Test
  void allOfAClassifierAreSavedLoadedAndCopied(SparkSession spark, @TempDir Path folder)
      throws Exception {
    assertFalse(spark.sparkContext().isStopped());
    String path = folder.resolve("classifier").toString();
    NetworkClassifier classifier = new NetworkClassifier();
    setAll(classifier);
    classifier.write().save(path);
    assertSame(classifier, NetworkClassifier.load(path));
    assertSame(classifier, classifier.copy(ParamMap.empty()));
  }

  @Test
  void allOfARegressorAreSavedLoadedAndCopied(SparkSession spark, @TempDir Path folder)
      throws Exception {
    assertFalse(spark.sparkContext().isStopped());
    String path = folder.resolve("regressor").toString();
    NetworkRegressor regressor = new NetworkRegressor();
    setAll(regressor);
    regressor.write().save(path);
    assertSame(regressor, NetworkRegressor.load(path));
    assertSame(regressor, regressor.copy(ParamMap.empty()));
  }

  private static void setAll(NetworkEstimator<?, ?> estimator) {
    for (Param<?> param : estimator.params()) {
      setAnother(estimator, param);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> void setAnother(NetworkEstimator<?, ?> estimator, Param<T> param) {
    T value = (T) another(estimator, param);
    assertFalse(
        Objects.deepEquals(value, estimator.getDefault(param).getOrElse(() -> null)),
        () -> param.name() + " would keep its default");
    estimator.set(param, value);
  }

  private static Object another(NetworkEstimator<?, ?> estimator, Param<?> param) {
    if (param instanceof BooleanParam) {
      return !(Boolean) estimator.getOrDefault(param);
    } else if (param instanceof IntParam) {
      return 3;
    } else if (param instanceof LongParam) {
      return 3L;
    } else if (param instanceof DoubleParam) {
      return 0.25;
    } else if (param instanceof DoubleArrayParam) {
      return new double[] {0.25, 0.5};
    } else if (param instanceof StringArrayParam) {
      return new String[] {"some", "words"};
    }
    return TEXTS.stream().filter(text -> allows(param, text)).findFirst().orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private static boolean allows(Param<?> param, String text) {
    return (Boolean) ((Param<Object>) param).isValid().apply(text);
  }

  private static void assertSame(NetworkEstimator<?, ?> expected, NetworkEstimator<?, ?> found) {
    for (Param<?> param : expected.params()) {
      assertTrue(found.isSet(found.getParam(param.name())), param.name());
      assertTrue(
          Objects.deepEquals(
              expected.getOrDefault(param), found.getOrDefault(found.getParam(param.name()))),
          param.name());
    }
  }
}
