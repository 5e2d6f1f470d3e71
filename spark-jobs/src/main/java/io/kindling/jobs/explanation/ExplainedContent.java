/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.explanation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.kindling.data.image.Pixels;
import java.util.List;

/** What was explained, each part with what it contributed and what its covering took away. */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public sealed interface ExplainedContent {
  /**
   * An image.
   *
   * @param pixels as the network takes them
   * @param attributions of {@code height * width} pixels, row by row
   * @param occlusion likewise
   * @param picture its file beside the page
   */
  record Image(
      @JsonIgnore Pixels pixels,
      int height,
      int width,
      float[] attributions,
      float[] occlusion,
      String picture)
      implements ExplainedContent {}

  /**
   * A text.
   *
   * @param words that the network read
   * @param cutBefore words before those, which it did not
   * @param cutAfter words after those
   */
  record Text(List<Word> words, int cutBefore, int cutAfter) implements ExplainedContent {}

  /**
   * A word.
   *
   * @param id its token id
   * @param known whether the vocabulary has it
   */
  record Word(String word, int id, boolean known, float attribution, float occlusion) {}

  /** A vector. */
  record Values(float[] values, float[] attributions, float[] occlusion)
      implements ExplainedContent {}

  /**
   * A sequence.
   *
   * @param attributions of each step's values
   * @param occlusion of each step
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Series(float[][] values, float[][] attributions, float[] occlusion)
      implements ExplainedContent {}
}
