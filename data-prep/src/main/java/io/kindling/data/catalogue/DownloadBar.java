/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error: name, share, MiB and MiB/s, time left. */
final class DownloadBar implements DownloadProgress {
  private static final long MIB = 1 << 20;

  private ProgressBar bar;

  @Override
  public void onStart(String name, long bytesDone, long bytes) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(bytes)
            .startsFrom(bytesDone, Duration.ZERO)
            .setUnit(" MiB", MIB)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .build();
  }

  @Override
  public void onBytes(long bytesDone) {
    bar.stepTo(bytesDone);
  }

  @Override
  public void onEnd() {
    bar.close();
  }
}
