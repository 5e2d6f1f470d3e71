/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.transformers;

import io.kindling.data.image.Pixels;
import io.kindling.transformers.image.Augmentation;
import io.kindling.transformers.image.Draws;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.shared.HasSeed;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;

/**
 * Changes each image by chance: mirrors, moves, turns, brightens ({@link Augmentation}). For the
 * DataFrame that is trained on, and only that: a pipeline that is to score must not hold it.
 *
 * <p>An image's change depends on the seed and on the image's origin (on its pixels where it has no
 * origin), not on partitions or order. It is the same in every epoch; the estimator's params of the
 * same names draw anew in each.
 */
public final class ImageAugmenter extends ImageMapper
    implements HasAugmentation<ImageAugmenter>, HasSeed {
  private static final long serialVersionUID = 1L;

  private final AugmentationParams augmentationParams;
  private LongParam seed;

  /** An augmenter with a uid of its own. */
  public ImageAugmenter() {
    this(Identifiable$.MODULE$.randomUID("imageAugmenter"));
  }

  public ImageAugmenter(String uid) {
    super(uid);
    augmentationParams = new AugmentationParams(this);
    HasSeed.$init$(this);
  }

  @Override
  public AugmentationParams augmentationParams() {
    return augmentationParams;
  }

  @Override
  public LongParam seed() {
    return seed;
  }

  @Override
  public void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam param) {
    seed = param;
  }

  /** The image column to read; default {@code image}. */
  public ImageAugmenter setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  /** The image column to add. */
  public ImageAugmenter setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  /** Of all random draws. */
  public ImageAugmenter setSeed(long value) {
    set(seed, value);
    return this;
  }

  @Override
  String doing() {
    return "augment images";
  }

  @Override
  PixelMap pixelMap() {
    return new Augment(augmentation(), getSeed());
  }

  @Override
  public ImageAugmenter copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** What {@code ImageAugmenter.load} and {@code PipelineModel.load} read with. */
  public static MLReader<ImageAugmenter> read() {
    return SavedParams.reader();
  }

  public static ImageAugmenter load(String path) {
    return read().load(path);
  }

  private record Augment(Augmentation augmentation, long seed) implements PixelMap {
    @Override
    public Pixels apply(String origin, Pixels image) {
      long own =
          origin == null || origin.isEmpty()
              ? Draws.seed(seed, image.data())
              : Draws.seed(seed, origin);
      byte[] out = new byte[image.data().length];
      augmentation.apply(
          image.data(), 0, image.height(), image.width(), image.channels(), own, out, 0);
      return new Pixels(image.height(), image.width(), image.channels(), out);
    }
  }
}
