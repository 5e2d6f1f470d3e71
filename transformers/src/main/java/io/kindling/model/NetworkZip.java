/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A network in DL4J's own format, as its {@code ModelSerializer} writes it. */
public final class NetworkZip {
  private static final String CONFIGURATION = "configuration.json";
  private static final Set<String> ENTRIES =
      Set.of(CONFIGURATION, "coefficients.bin", "updaterState.bin", "noParams.marker");

  /** Of the configuration: a small archive may hold any number of equal bytes. */
  private static final int MOST_BYTES = 64 << 20;

  private NetworkZip() {}

  /**
   * Opens one, whichever kind of network is in it; the caller closes it.
   *
   * @throws KindlingException if it is none, or holds what only Java deserialization could read, as
   *     a normalizer
   */
  public static Network open(byte[] zip) throws IOException {
    NetworkConfiguration configuration = null;
    // DL4J would read a normalizer in it by Java deserialization.
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        if (!ENTRIES.contains(entry.getName())) {
          throw new KindlingException(
              "it holds '%s', which Kindling neither writes nor reads; save the network without it"
                  .formatted(entry.getName()));
        }
        if (entry.getName().equals(CONFIGURATION)) {
          byte[] json = entries.readNBytes(MOST_BYTES + 1);
          if (json.length > MOST_BYTES) {
            throw new KindlingException(
                "its %s has more than %d MB".formatted(CONFIGURATION, MOST_BYTES >> 20));
          }
          configuration = NetworkConfiguration.parse(new String(json, StandardCharsets.UTF_8));
        }
      }
    }
    if (configuration == null) {
      throw new KindlingException("it holds no " + CONFIGURATION);
    }
    return configuration.restore(new ByteArrayInputStream(zip));
  }
}
