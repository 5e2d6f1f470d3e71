/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

/**
 * Keys {@code sequence.*}: what becomes of sequences of numbers.
 *
 * @param length steps that are kept, or null for all
 * @param truncating the end at which a longer sequence is cut: pre or post
 */
public record SequenceConf(Integer length, String truncating) {
  static SequenceConf of(Settings settings) {
    return new SequenceConf(
        settings.optionalInteger("sequence.length", 1, Integer.MAX_VALUE),
        settings.choice("sequence.truncating", TextConf.ENDS));
  }
}
