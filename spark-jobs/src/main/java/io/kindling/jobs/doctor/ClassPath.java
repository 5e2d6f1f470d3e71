/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Classes that tell whether a library is there twice.
 *
 * @param classes those looked for, with where each is
 */
record ClassPath(List<Copies> classes) implements Check {
  private static final List<String> WATCHED =
      List.of(
          "org/slf4j/LoggerFactory.class",
          "scala/Predef.class",
          "com/fasterxml/jackson/databind/ObjectMapper.class",
          "com/fasterxml/jackson/core/JsonFactory.class",
          "org/apache/spark/SparkContext.class",
          "org/deeplearning4j/nn/multilayer/MultiLayerNetwork.class",
          "org/nd4j/linalg/factory/Nd4jBackend.class",
          "org/nd4j/linalg/cpu/nativecpu/CpuBackend.class",
          "org/bytedeco/javacpp/Loader.class");

  /** Where a class is, with a checksum of what is there. */
  record Copy(String place, long checksum) implements Serializable {}

  /** A class, and where it is, the one that is used first. */
  record Copies(String name, List<Copy> copies) implements Serializable {
    boolean differ() {
      return copies.stream().mapToLong(Copy::checksum).distinct().count() > 1;
    }

    String places() {
      return copies.stream().map(Copy::place).collect(Collectors.joining(" and "));
    }
  }

  static ClassPath here() {
    return new ClassPath(WATCHED.stream().map(ClassPath::copies).toList());
  }

  private static Copies copies(String name) {
    List<Copy> copies = new ArrayList<>();
    for (URL url : resources(name)) {
      String place = place(url, name);
      if (copies.stream().noneMatch(copy -> copy.place().equals(place))) {
        copies.add(new Copy(place, checksum(url)));
      }
    }
    return new Copies(name.replace('/', '.').replaceFirst("\\.class$", ""), copies);
  }

  /** Where a resource is for Kindling's own class loader, parents first. */
  static List<URL> resources(String name) {
    try {
      return Collections.list(ClassPath.class.getClassLoader().getResources(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jar or folder that a resource is in. */
  static String place(URL url, String name) {
    return url.toString()
        .replaceFirst("^jar:", "")
        .replaceFirst("^file:", "")
        .replaceFirst("!?/" + name + "$", "");
  }

  private static long checksum(URL url) {
    CRC32 checksum = new CRC32();
    try (InputStream in = url.openStream()) {
      checksum.update(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return checksum.getValue();
  }

  @Override
  public List<Finding> findings(String where) {
    List<Finding> findings =
        classes.stream()
            .filter(copies -> copies.copies().size() > 1)
            .map(copies -> twice(where, copies))
            .toList();
    return findings.isEmpty()
        ? List.of(Finding.ok("class-path", where, "no library twice among those that conflict"))
        : findings;
  }

  private static Finding twice(String where, Copies copies) {
    String fix = "take one of them away (--jars, spark.jars, the jars folder of SPARK_HOME)";
    return copies.differ()
        ? Finding.fail(
            "class-path",
            where,
            "two versions of %s: %s".formatted(copies.name(), copies.places()),
            fix)
        : Finding.warn(
            "class-path", where, "%s twice: %s".formatted(copies.name(), copies.places()), fix);
  }
}
