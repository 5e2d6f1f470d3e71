/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * An example made small enough to be shown: an image, a text, or the first steps of a sequence. No
 * record: Spark's serializer moves it, and Kryo, which a user may choose, cannot read records.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public final class Preview implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] png;
  private final String text;
  private final double[][] steps;

  private Preview(byte[] png, String text, double[][] steps) {
    this.png = png;
    this.text = text;
    this.steps = steps;
  }

  static Preview ofImage(byte[] png) {
    return new Preview(png, null, null);
  }

  static Preview ofText(String text) {
    return new Preview(null, text, null);
  }

  static Preview ofSteps(double[][] steps) {
    return new Preview(null, null, steps);
  }

  /** A PNG file; null unless it is an image. Not in JSON. */
  @JsonIgnore
  public byte[] png() {
    return png;
  }

  /** The text, cut with an ellipsis where it is long; null unless it is one. */
  @JsonProperty
  public String text() {
    return text;
  }

  /** {@code [steps, width]}, the first of them; null unless it is a sequence. */
  @JsonProperty
  public double[][] steps() {
    return steps;
  }
}
