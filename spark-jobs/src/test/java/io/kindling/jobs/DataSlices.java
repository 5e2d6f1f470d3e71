/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs;

import io.kindling.testkit.RealData;
import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** The first rows of public data sets, in the files in which they are published. */
final class DataSlices {
  private static final int TRAIN = 200;
  private static final int TEST = 50;

  private DataSlices() {}

  /**
   * Writes a slice.
   *
   * @param format of a job file
   * @param folder to write into
   * @throws org.opentest4j.TestAbortedException where the real data is absent
   */
  static void write(String format, Path folder) throws IOException {
    Files.createDirectories(folder);
    switch (format) {
      // Fashion-MNIST has MNIST's files, so that one set shows both.
      case "mnist", "fashion-mnist" -> mnist(folder);
      case "cifar-10" -> cifar10(folder);
      case "imdb" -> imdb(folder);
      default -> throw new IllegalArgumentException("no slice of " + format);
    }
  }

  private static void mnist(Path folder) throws IOException {
    Path real = RealData.mnist();
    for (String part : List.of("train", "t10k")) {
      int rows = part.equals("train") ? TRAIN : TEST;
      idx(real, folder, part + "-images-idx3-ubyte.gz", rows, 2, 28 * 28);
      idx(real, folder, part + "-labels-idx1-ubyte.gz", rows, 0, 1);
    }
  }

  private static void idx(Path from, Path to, String name, int rows, int sizes, int bytes)
      throws IOException {
    try (DataInputStream in =
            new DataInputStream(new GZIPInputStream(Files.newInputStream(from.resolve(name))));
        DataOutputStream out =
            new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(to.resolve(name))))) {
      out.writeInt(in.readInt());
      in.readInt();
      out.writeInt(rows);
      for (int i = 0; i < sizes; i++) {
        out.writeInt(in.readInt());
      }
      out.write(in.readNBytes(rows * bytes));
    }
  }

  private static void cifar10(Path folder) throws IOException {
    Path real = RealData.cifar10();
    for (int batch = 1; batch <= 5; batch++) {
      cifar10(real.resolve("train"), folder.resolve("data_batch_" + batch + ".bin"), batch - 1, 4);
    }
    cifar10(real.resolve("test"), folder.resolve("test_batch.bin"), 0, TEST / 10);
  }

  /** So many images of each class, behind those of the batches before. */
  private static void cifar10(Path split, Path file, int batch, int each) throws IOException {
    List<Path> classes = sorted(split);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int label = 0; label < classes.size(); label++) {
        for (Path image : sorted(classes.get(label)).subList(batch * each, (batch + 1) * each)) {
          BufferedImage pixels = ImageIO.read(image.toFile());
          out.write(label);
          for (int shift : new int[] {16, 8, 0}) {
            for (int rgb : pixels.getRGB(0, 0, 32, 32, null, 0, 32)) {
              out.write(rgb >> shift);
            }
          }
        }
      }
    }
  }

  private static void imdb(Path folder) throws IOException {
    Path real = RealData.imdb();
    for (String part : List.of("train/pos", "train/neg", "test/pos", "test/neg")) {
      Path to = Files.createDirectories(folder.resolve(part));
      for (Path review :
          sorted(real.resolve(part)).subList(0, part.startsWith("train") ? 40 : 10)) {
        Files.copy(review, to.resolve(review.getFileName()));
      }
    }
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
