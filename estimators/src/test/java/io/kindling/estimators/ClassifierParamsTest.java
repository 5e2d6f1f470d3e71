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
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every param of the classifier, those to come too. */
@ExtendWith(LocalSpark.class)
class ClassifierParamsTest {
  /** Of params with a choice the one that it allows, of all others the last. */
  private static final List<String> TEXTS =
      List.of("dl4j-spark", "nesterov", "bfloat16", "elastic", "f1", "rmsprop", "skip", "other");

  @Test
  void allAreSavedLoadedAndCopied(SparkSession spark, @TempDir Path folder) throws Exception {
    assertFalse(spark.sparkContext().isStopped());
    NetworkClassifier classifier = new NetworkClassifier();
    for (Param<?> param : classifier.params()) {
      setAnother(classifier, param);
    }
    String path = folder.resolve("classifier").toString();
    classifier.write().save(path);
    assertSame(classifier, NetworkClassifier.load(path));
    assertSame(classifier, classifier.copy(ParamMap.empty()));
  }

  @SuppressWarnings("unchecked")
  private static <T> void setAnother(NetworkClassifier classifier, Param<T> param) {
    T value = (T) another(param);
    assertFalse(
        Objects.deepEquals(value, classifier.getDefault(param).getOrElse(() -> null)),
        () -> param.name() + " would keep its default");
    classifier.set(param, value);
  }

  private static Object another(Param<?> param) {
    if (param instanceof BooleanParam) {
      return true;
    } else if (param instanceof IntParam) {
      return 3;
    } else if (param instanceof LongParam) {
      return 3L;
    } else if (param instanceof DoubleParam) {
      return 0.25;
    } else if (param instanceof DoubleArrayParam) {
      return new double[] {0.25, 0.5};
    }
    return TEXTS.stream().filter(text -> allows(param, text)).findFirst().orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private static boolean allows(Param<?> param, String text) {
    return (Boolean) ((Param<Object>) param).isValid().apply(text);
  }

  private static void assertSame(NetworkClassifier expected, NetworkClassifier found) {
    for (Param<?> param : expected.params()) {
      assertTrue(found.isSet(found.getParam(param.name())), param.name());
      assertTrue(
          Objects.deepEquals(
              expected.getOrDefault(param), found.getOrDefault(found.getParam(param.name()))),
          param.name());
    }
  }
}
