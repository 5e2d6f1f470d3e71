/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** The columns that tell what a network predicts. */
interface PredictionColumns extends Serializable {
  /** The columns. */
  List<StructField> fields();

  /**
   * Their values for one row, in their order.
   *
   * @param outputs the network's, one for each unit
   */
  List<Object> values(double[] outputs);
}
