/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.image.ImageCodec;
import io.kindling.data.image.ImageRows;
import io.kindling.data.image.Pixels;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

class PreviewsTest {
  private static Pixels noise(int height, int width, int channels) {
    byte[] data = new byte[height * width * channels];
    new Random(1).nextBytes(data);
    return new Pixels(height, width, channels, data);
  }

  private static Pixels shown(Object content) throws Exception {
    return new ImageCodec().decode(Previews.of(content).png(), 0);
  }

  @Test
  void smallImagesAreShownAsTheyAre() throws Exception {
    Pixels colour = noise(32, 20, 3);
    assertEquals(colour, shown(ImageRows.toRow("a.png", colour)));
    assertEquals(colour, shown(ImageCodec.encodePng(colour)));
    Pixels grey = noise(28, 28, 1);
    assertEquals(grey, shown(ImageRows.toRow(null, grey)));
  }

  @Test
  void largeImagesAreMadeSmallerInTheirProportions() throws Exception {
    Pixels flat = shown(ImageRows.toRow("a", new Pixels(600, 1200, 1, new byte[600 * 1200])));
    assertEquals("256 x 128", flat.width() + " x " + flat.height());
    byte[] file = Previews.of(ImageRows.toRow("a", noise(900, 900, 4))).png();
    assertTrue(file.length <= 64 * 1024, () -> file.length + " bytes");
    Pixels line = shown(ImageRows.toRow("a", new Pixels(1, 3000, 1, new byte[3000])));
    assertEquals("256 x 1", line.width() + " x " + line.height());
  }

  @Test
  void longTextsAreCutBetweenCharacters() {
    assertEquals("", Previews.of("").text());
    assertEquals("a".repeat(600), Previews.of("a".repeat(600)).text());
    assertEquals("😀".repeat(599) + "…", Previews.of("😀".repeat(601)).text());
  }

  @Test
  void ofSequencesTheFirstStepsAndValuesAreShown() {
    List<Float> step = List.of(1f, 2f, 3f, 4f, 5f);
    Object steps =
        JavaConverters.asScalaBuffer(Collections.nCopies(300, JavaConverters.asScalaBuffer(step)));
    double[][] shown = Previews.of(steps).steps();
    assertEquals(200, shown.length);
    assertEquals(4, shown[199].length);
    assertEquals(4, shown[199][3]);
  }

  @Test
  void whatCannotBeShownHasNoPreview() {
    assertNull(Previews.of(null));
    assertNull(Previews.of(new byte[] {1, 2, 3}));
    assertNull(Previews.of(JavaConverters.asScalaBuffer(List.of(1f, 2f))));
    assertNull(Previews.of(RowFactory.create(1, 2)));
  }
}
