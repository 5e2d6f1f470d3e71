/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/**
 * What Spark keeps {@code private[ml]} in Scala and public in bytecode (seen in 3.5), in one place,
 * so that a Spark release that changes it breaks one class.
 */
public final class SparkInternals {
  private SparkInternals() {}

  /** The reader of a stage that is nothing but its params. */
  public static <T extends Params> MLReader<T> paramsReader() {
    return new DefaultParamsReader<>();
  }
}
