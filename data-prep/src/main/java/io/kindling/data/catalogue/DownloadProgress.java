/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

/** Is told how a download goes on. One at a time; called on the downloading thread. */
public interface DownloadProgress {
  /** Tells nobody. */
  DownloadProgress NONE = new DownloadProgress() {};

  /**
   * A file is about to come.
   *
   * @param name of the file
   * @param bytesDone what is there of it already, from an earlier try
   * @param bytes its whole length
   */
  default void onStart(String name, long bytesDone, long bytes) {}

  /** So many bytes of the file are there now. */
  default void onBytes(long bytesDone) {}

  /** The file is there, or its download has failed. */
  default void onEnd() {}

  /**
   * A bar on standard error where that is a terminal, else one line in the log for each file.
   *
   * @param terminal whether standard error is a terminal
   */
  static DownloadProgress console(boolean terminal) {
    return terminal ? new DownloadBar() : new DownloadLog();
  }
}
