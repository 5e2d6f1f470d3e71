/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log at the start of each file and at each tenth of it. */
final class DownloadLog implements DownloadProgress {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadLog.class);

  private String name = "";
  private long bytes;
  private long tenths;

  @Override
  public void onStart(String file, long bytesDone, long bytesInAll) {
    name = file;
    bytes = bytesInAll;
    tenths = bytesDone * 10 / Math.max(1, bytesInAll);
    LOG.info("Downloading {}: {} of {} bytes are there", file, bytesDone, bytesInAll);
  }

  @Override
  public void onBytes(long bytesDone) {
    long now = bytesDone * 10 / Math.max(1, bytes);
    if (now > tenths) {
      tenths = now;
      LOG.info("Downloading {}: {}%", name, 10 * now);
    }
  }
}
