/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.network;

/** Kinds of what flows from one layer to the next. */
public enum FlowKind {
  IMAGE("images"),
  ROW("rows of values"),
  TOKENS("token ids"),
  STEPS("sequences of steps");

  private final String text;

  FlowKind(String text) {
    this.text = text;
  }

  /** As a message says it. */
  @Override
  public String toString() {
    return text;
  }
}
