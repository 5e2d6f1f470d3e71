/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * An IDX file of images with the one of their labels, headers checked and counts equal.
 *
 * @param split by the file's name, or null
 */
record IdxPair(IdxHeader images, IdxHeader labels, String split) implements Serializable {
  private static final Pattern NAME =
      Pattern.compile("(.*?)[-.]?(images|labels)[-.]idx([13])-ubyte(\\.gz)?");

  /** As in {@code test60k} and {@code val2017}. */
  private static final Pattern COUNT_AT_END = Pattern.compile("[0-9]+k?$");

  /** The pairs of a folder, or the one of an images file. */
  static List<IdxPair> find(SourceFiles files, String input) {
    FileStatus status = files.status(input);
    Path folder = status.isDirectory() ? status.getPath() : status.getPath().getParent();
    Map<String, Path> images = new TreeMap<>();
    Map<String, Path> labels = new TreeMap<>();
    for (FileStatus entry : files.visible(folder)) {
      Matcher name = NAME.matcher(entry.getPath().getName());
      if (entry.isFile() && name.matches()) {
        // A plain file comes first and wins over the packed one of the same name.
        (name.group(2).equals("images") ? images : labels)
            .putIfAbsent(name.group(1), entry.getPath());
      }
    }
    if (status.isFile()) {
      Matcher name = NAME.matcher(status.getPath().getName());
      if (!name.matches() || !name.group(2).equals("images")) {
        throw new KindlingException(
            "Cannot read "
                + input
                + ": expected a name like train-images-idx3-ubyte or"
                + " train-images-idx3-ubyte.gz, so that its labels file can be found beside it");
      }
      images.clear();
      images.put(name.group(1), status.getPath());
    } else if (images.isEmpty()) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected files named *-images-idx3-ubyte or *-images-idx3-ubyte.gz, found "
              + names(files.visible(folder)));
    }
    List<IdxPair> pairs = new ArrayList<>();
    images.forEach(
        (prefix, path) -> pairs.add(of(files, path, labels.get(prefix), splitOf(prefix))));
    return pairs;
  }

  private static IdxPair of(SourceFiles files, Path images, Path labels, String split) {
    if (labels == null) {
      throw new KindlingException(
          "Cannot read "
              + images
              + ": expected its labels beside it, found no "
              + images
                  .getName()
                  .replace("images", "labels")
                  .replace("idx3", "idx1")
                  .replaceFirst("\\.gz$", "")
              + " (or .gz)");
    }
    IdxPair pair =
        new IdxPair(IdxHeader.read(files, images, 3), IdxHeader.read(files, labels, 1), split);
    if (pair.images.count() != pair.labels.count()) {
      throw new KindlingException(
          "Cannot read "
              + images
              + ": expected as many labels as images, found "
              + pair.images.count()
              + " images and "
              + pair.labels.count()
              + " labels in "
              + labels.getName());
    }
    return pair;
  }

  /** By the first or last word of the name, as in {@code emnist-digits-train}. */
  private static String splitOf(String prefix) {
    String[] words = prefix.split("[-_.]", -1);
    String first = splitOfWord(words[0]);
    return first == null ? splitOfWord(words[words.length - 1]) : first;
  }

  private static String splitOfWord(String word) {
    // MNIST's own name for its ten thousand test images.
    return word.equals("t10k")
        ? ExampleSchema.TEST
        : SplitNames.parse(COUNT_AT_END.matcher(word).replaceFirst(""));
  }

  private static String names(List<FileStatus> entries) {
    if (entries.isEmpty()) {
      return "an empty folder";
    }
    return entries.stream()
            .limit(5)
            .map(entry -> entry.getPath().getName())
            .collect(Collectors.joining(", "))
        + (entries.size() > 5 ? " and " + (entries.size() - 5) + " more" : "");
  }
}
