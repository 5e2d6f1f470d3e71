/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Executor processes of a test's own cluster. */
final class Executors {
  private Executors() {}

  /** One of them, found by the folder in which it runs. */
  static ProcessHandle under(Path folder) throws IOException {
    return allUnder(folder).get(0);
  }

  /** All that run in a folder or below it. */
  static List<ProcessHandle> allUnder(Path folder) throws IOException {
    Path own = folder.toRealPath();
    return ProcessHandle.allProcesses()
        .filter(process -> isExecutorUnder(own, process.pid()))
        .toList();
  }

  private static boolean isExecutorUnder(Path folder, long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
              .contains("CoarseGrainedExecutorBackend")
          && Path.of("/proc/" + pid + "/cwd").toRealPath().startsWith(folder);
    } catch (IOException e) {
      return false;
    }
  }
}
