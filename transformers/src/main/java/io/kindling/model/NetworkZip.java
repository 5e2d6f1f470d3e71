/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A network in DL4J's own format, as its {@code ModelSerializer} writes it, read without it: by its
 * readers a header of a few bytes makes an array of any size, and a normalizer is read by Java
 * deserialization.
 */
public final class NetworkZip {
  static final String CONFIGURATION = "configuration.json";
  static final String COEFFICIENTS = "coefficients.bin";
  static final String UPDATER_STATE = "updaterState.bin";
  private static final Set<String> ENTRIES = Set.of(CONFIGURATION, COEFFICIENTS, UPDATER_STATE);

  /**
   * How many times its size a file may inflate to. Trained parameters hardly get smaller, and the
   * state of words that never occurred is zeros, but for a part of the parameters only; what is
   * made to fill memory gets a thousand times smaller.
   */
  private static final int MOST_INFLATION = 100;

  /** What any file may inflate to. */
  private static final long SMALL = 1 << 20;

  private final ZipInputStream entries;
  private final long most;
  private NetworkConfiguration configuration;
  private LayerSize size;
  private float[] params;
  private float[] updaterState = new float[0];

  private NetworkZip(InputStream zip, long bytes) {
    this.entries = new ZipInputStream(zip);
    this.most = Math.max(SMALL, MOST_INFLATION * bytes);
  }

  /**
   * Reads one, whichever kind of network is in it. Nothing of it is built, and nothing allocated
   * that the file's size does not warrant.
   *
   * @param bytes the whole file's size
   * @throws KindlingException if it is none, or holds what only Java deserialization could read, as
   *     a normalizer; the message goes on after the file's name
   */
  public static SavedNetwork read(InputStream zip, long bytes) throws IOException {
    return new NetworkZip(zip, bytes).read();
  }

  /** The same of one in memory. */
  public static SavedNetwork read(byte[] zip) throws IOException {
    return read(new ByteArrayInputStream(zip), zip.length);
  }

  private SavedNetwork read() throws IOException {
    Set<String> seen = new HashSet<>();
    for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
      String name = entry.getName();
      if (!ENTRIES.contains(name)) {
        throw new KindlingException(
            "it holds '%s', which Kindling neither writes nor reads; save the network without it"
                .formatted(ArtifactJson.shown(name)));
      }
      if (!seen.add(name)) {
        throw new KindlingException("it holds '%s' twice".formatted(name));
      }
      switch (name) {
        case CONFIGURATION -> {
          configuration = configuration();
          size = LayerSize.of(configuration);
        }
        case COEFFICIENTS -> params = array(name);
        default -> updaterState = array(name);
      }
    }
    if (configuration == null) {
      throw new KindlingException("it holds no " + CONFIGURATION);
    }
    if (params == null) {
      throw new KindlingException("it holds no " + COEFFICIENTS);
    }
    requireParams(params.length);
    requireState(updaterState.length);
    return new SavedNetwork(configuration, params, updaterState);
  }

  private NetworkConfiguration configuration() throws IOException {
    int limit = (int) Math.min(most, ConfigurationText.MOST_LENGTH);
    byte[] json = entries.readNBytes(limit + 1);
    if (json.length > limit) {
      throw new KindlingException(
          "its %s has more than %d bytes, the most that a file of its size can be thought to hold"
              .formatted(CONFIGURATION, limit));
    }
    return NetworkConfiguration.parse(new String(json, StandardCharsets.UTF_8));
  }

  private float[] array(String name) throws IOException {
    FlatArray array = new FlatArray(name, entries);
    if (size != null) { // else the archive was packed anew, and this is checked at its end
      if (name.equals(COEFFICIENTS)) {
        requireParams(array.length());
      } else {
        requireState(array.length());
      }
    }
    if (array.length() > Math.min(most, Integer.MAX_VALUE - 8L) / Float.BYTES) {
      throw new KindlingException(
          "its %s says that it has %d values, more than a file of its size can be thought to hold"
              .formatted(name, array.length()));
    }
    return array.floats();
  }

  private void requireParams(long found) {
    if (found != size.params()) {
      throw new KindlingException(
          "its %s has %d values, the network of its %s %d parameters"
              .formatted(COEFFICIENTS, found, CONFIGURATION, size.params()));
    }
  }

  private void requireState(long found) {
    if (found > 0 && (found < size.leastState() || found > size.mostState())) {
      throw new KindlingException(
          "its %s has %d values, the optimizer of its %s %s"
              .formatted(
                  UPDATER_STATE,
                  found,
                  CONFIGURATION,
                  size.leastState() == size.mostState()
                      ? Long.toString(size.mostState())
                      : "%d to %d".formatted(size.leastState(), size.mostState())));
    }
  }
}
