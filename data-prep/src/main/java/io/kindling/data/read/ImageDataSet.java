/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import java.util.List;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;

/** The names of {@link ExampleSchema} for a set of images, {@link ExampleSchema#IMAGE}. */
public final class ImageDataSet {
  public static final String ORIGIN = ExampleSchema.ORIGIN;
  public static final String IMAGE = "image";
  public static final String LABEL = ExampleSchema.LABEL;
  public static final String SPLIT = ExampleSchema.SPLIT;
  public static final String PROBLEM = ExampleSchema.PROBLEM;

  public static final String TRAIN = ExampleSchema.TRAIN;
  public static final String VALIDATION = ExampleSchema.VALIDATION;
  public static final String TEST = ExampleSchema.TEST;

  /** The columns in their order, without metadata. */
  public static final StructType SCHEMA = ExampleSchema.IMAGE.columns();

  private ImageDataSet() {}

  /** As {@link ExampleSchema#classMetadata}. */
  public static Metadata classMetadata(List<String> classNames) {
    return ExampleSchema.classMetadata(classNames);
  }
}
