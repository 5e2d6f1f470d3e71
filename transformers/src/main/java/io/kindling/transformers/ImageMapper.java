/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.KindlingException;
import io.kindling.data.image.BadImageException;
import io.kindling.data.image.ImageRows;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** A stage that makes one image of each image; origin and null pass through. */
public abstract class ImageMapper extends ColumnStage {
  private static final long serialVersionUID = 1L;

  ImageMapper(String uid) {
    super(uid);
    setDefault(inputCol(), "image");
  }

  /** What the stage does, for messages: "resize images". */
  abstract String doing();

  /** The change that the params ask for. */
  abstract PixelMap pixelMap();

  /**
   * @throws KindlingException if a column is missing, of another type, or exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return new StageSchema(doing(), schema)
        .require(getInputCol(), ImageRows.schema())
        .add(getOutputCol(), ImageRows.schema())
        .schema();
  }

  @Override
  public final Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    // Not deterministic, as far as Spark knows: else it may copy the work into every expression
    // and filter that reads the result, and do it several times.
    return dataset.withColumn(
        getOutputCol(),
        functions
            .udf(new MapImage(doing(), pixelMap()), ImageRows.schema())
            .asNondeterministic()
            .apply(StageSchema.column(getInputCol())));
  }

  private record MapImage(String doing, PixelMap map) implements UDF1<Row, Row> {
    @Override
    public Row call(Row image) {
      if (image == null) {
        return null;
      }
      String origin = ImageRows.origin(image);
      try {
        return ImageRows.toRow(origin, map.apply(origin, ImageRows.pixels(image)));
      } catch (BadImageException e) {
        throw new KindlingException(
            "Cannot %s: %s%s".formatted(doing, origin == null ? "" : origin + ": ", e.getMessage()),
            e);
      }
    }
  }
}
