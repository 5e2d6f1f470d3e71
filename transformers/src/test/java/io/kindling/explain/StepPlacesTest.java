/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kindling.input.InputSpec;
import io.kindling.input.InputSpec.ZeroId;
import io.kindling.input.SequenceColumn;
import java.util.List;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Steps are found where the codec of token ids reads them. */
class StepPlacesTest {
  private static final InputSpec TOKENS = InputSpec.tokens(9);

  @Test
  void paddingIsLeftOutAtBothEndsOfATextAndOfItsStruct() {
    Seq<?> ids = ids(0, 0, 5, 0, 7, 0);
    assertArrayEquals(new int[] {2, 3, 4}, StepPlaces.of(ids, TOKENS).places());
    assertArrayEquals(
        new int[] {2, 3, 4}, StepPlaces.of(SequenceColumn.toRow(ids, 1, 5), TOKENS).places());
    assertArrayEquals(
        new int[] {2}, StepPlaces.of(SequenceColumn.toRow(ids, 0, 4), TOKENS).places());
    assertArrayEquals(new int[0], StepPlaces.of(ids(0, 0), TOKENS).places());
  }

  @Test
  void theIdZeroOfKerasIsATokenOrNone() {
    Seq<?> ids = ids(0, 5, 0, 7);
    assertArrayEquals(
        new int[] {0, 1, 2, 3}, StepPlaces.of(ids, TOKENS.withZero(ZeroId.TOKEN)).places());
    assertArrayEquals(
        new int[] {1, 3}, StepPlaces.of(ids, TOKENS.withZero(ZeroId.SKIPPED)).places());
  }

  @Test
  void valuesAreSpreadToTheirPlaces() {
    assertArrayEquals(
        new float[] {0, 0, 1, 2, 3, 4, 0, 0},
        new StepPlaces(4, new int[] {1, 2}).spread(new float[] {1, 2, 3, 4}, 2));
    // An empty text counts as one unknown word, which is nowhere.
    assertArrayEquals(new float[] {0, 0}, new StepPlaces(2, new int[0]).spread(new float[] {9}, 1));
  }

  private static Seq<?> ids(Integer... ids) {
    return JavaConverters.asScalaBuffer(List.of(ids)).toSeq();
  }
}
