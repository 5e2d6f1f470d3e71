/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that must be the same for a resumed training to end as an uninterrupted one would.
 *
 * @param settings name, as a user knows it, to value; the order is that in which differences are
 *     told
 */
public record TrainingIdentity(Map<String, String> settings) {
  private static final int MOST_TOLD = 3;
  private static final int LONGEST_VALUE = 60;
  private static final String NONE = "not set";

  public TrainingIdentity {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /** This identity and some more settings after its own. */
  public TrainingIdentity with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(more);
    return new TrainingIdentity(all);
  }

  /**
   * The first things in which a training differs from this one.
   *
   * @return {@code NAME was A, is B; ...}, or empty where nothing differs
   */
  public String differences(TrainingIdentity now) {
    Set<String> names = new LinkedHashSet<>(now.settings.keySet());
    names.addAll(settings.keySet());
    List<String> told = new ArrayList<>();
    for (String name : names) {
      String before = settings.getOrDefault(name, NONE);
      String after = now.settings.getOrDefault(name, NONE);
      if (!before.equals(after)) {
        if (told.size() == MOST_TOLD) {
          told.add("and more");
          break;
        }
        told.add("%s was %s, is %s".formatted(name, shortened(before), shortened(after)));
      }
    }
    return String.join("; ", told);
  }

  /** A short name for content too long to compare by eye. */
  public static String fingerprint(byte[]... contents) {
    StringBuilder sums = new StringBuilder();
    for (byte[] content : contents) {
      sums.append(CheckpointFiles.sha256(content));
    }
    return CheckpointFiles.sha256(sums.toString().getBytes(StandardCharsets.US_ASCII))
        .substring(0, 16);
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
  }
}
