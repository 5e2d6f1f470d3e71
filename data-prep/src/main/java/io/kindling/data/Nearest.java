/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.function.ToIntBiFunction;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What someone meant who misspelt a name. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known name that is the fewest edits away, one edit where it only has more behind it; of
   * equally near ones the first by alphabet.
   */
  public static String of(String misspelt, Collection<String> known) {
    LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
    return of(
        misspelt,
        known,
        (text, name) ->
            name.startsWith(text) && !text.isEmpty()
                ? Math.min(1, name.length() - text.length())
                : edits.apply(text, name));
  }

  /**
   * The known name that is the least distance away.
   *
   * @param distance of the misspelt name from a known one
   */
  public static String of(
      String misspelt, Collection<String> known, ToIntBiFunction<String, String> distance) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(name -> distance.applyAsInt(misspelt, name))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }
}
