/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAloneTest {
  /** Any use of Java deserialization fails in that program, too. */
  @Test
  void aProgramWithoutSparkHadoopAndScalaReadsASavedNetwork(@TempDir Path folder) throws Exception {
    SavedFolder.write(folder);
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String alone =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(jar -> !jar.matches(".*/[^/]*(spark|hadoop|scala)[^/]*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djdk.serialFilter=!*",
                "-cp",
                alone,
                ReadAlone.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, program.waitFor(), output);
    assertEquals(
        "43 [red, green, blue]", output.lines().reduce((first, second) -> second).orElse(""));
  }
}
