/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasInputCol;
import org.apache.spark.ml.param.shared.HasOutputCol;
import org.apache.spark.ml.util.DefaultParamsWritable;

/**
 * What the stages share that make one column of another: the two columns, params that are saved.
 */
public abstract class ColumnStage extends Transformer
    implements HasInputCol, HasOutputCol, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private Param<String> inputCol;
  private Param<String> outputCol;

  /**
   * @param uid assigned before any param is made, because a param keeps its owner's uid
   */
  ColumnStage(String uid) {
    this.uid = uid;
    HasInputCol.$init$(this);
    HasOutputCol.$init$(this);
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final Param<String> inputCol() {
    return inputCol;
  }

  @Override
  public final Param<String> outputCol() {
    return outputCol;
  }

  @Override
  public final void org$apache$spark$ml$param$shared$HasInputCol$_setter_$inputCol_$eq(
      Param<String> param) {
    inputCol = param;
  }

  @Override
  public final void org$apache$spark$ml$param$shared$HasOutputCol$_setter_$outputCol_$eq(
      Param<String> param) {
    outputCol = param;
  }
}
