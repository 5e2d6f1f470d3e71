/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kindling.data.KindlingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class NetworkZipTest {
  @Test
  void aConfigurationThatGrowsWithoutEndIsRefused() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream entries = new ZipOutputStream(zip)) {
      entries.putNextEntry(new ZipEntry("configuration.json"));
      byte[] blank = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        entries.write(blank);
      }
    }

    assertEquals(
        "its configuration.json has more than %d bytes, the most that a file of its size can be thought to hold"
            .formatted(100 * zip.size()),
        assertThrows(KindlingException.class, () -> NetworkZip.read(zip.toByteArray()))
            .getMessage());
  }
}
