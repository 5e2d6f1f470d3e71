/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.read;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a set that has one for each class, with or without folders for the splits above
 * them. The files in them are not listed here: there may be millions.
 *
 * @param folders each class folder
 * @param classNames sorted, the union over the splits; the position is the label
 * @param splits the splits there are; empty where the set has none
 */
record ClassFolders(List<Folder> folders, List<String> classNames, Collection<String> splits) {
  private static final Logger LOG = LoggerFactory.getLogger(ClassFolders.class);

  record Folder(String path, String className, String split) implements Serializable {}

  /**
   * Lists the folders.
   *
   * @param example path of a file in a class's folder, for messages
   * @param leftOut names of folders in the place of a class that are none
   */
  static ClassFolders find(SourceFiles files, String input, String example, Set<String> leftOut) {
    FileStatus root = files.status(input);
    if (!root.isDirectory()) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected a folder with a folder for each class, found a file");
    }
    List<FileStatus> top = foldersIn(files, root.getPath());
    List<FileStatus> splitFolders =
        top.stream().filter(f -> SplitNames.parse(f.getPath().getName()) != null).toList();
    if (!splitFolders.isEmpty() && splitFolders.size() < top.size()) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected folders of splits or folders of classes, found both: "
              + names(top)
              + "; move or rename what does not belong");
    }
    List<Folder> folders = new ArrayList<>();
    Set<String> splits = new LinkedHashSet<>();
    if (splitFolders.isEmpty()) {
      addClasses(folders, top, null, leftOut);
    }
    for (FileStatus splitFolder : splitFolders) {
      String split = SplitNames.parse(splitFolder.getPath().getName());
      splits.add(split);
      addClasses(folders, foldersIn(files, splitFolder.getPath()), split, leftOut);
    }
    if (folders.isEmpty()) {
      throw new KindlingException(
          "Cannot read "
              + input
              + ": expected a folder for each class, as in "
              + input
              + "/"
              + example
              + " or "
              + input
              + "/train/"
              + example
              + ", found none");
    }
    requireAFile(files, folders, input);
    TreeSet<String> classNames =
        folders.stream().map(Folder::className).collect(Collectors.toCollection(TreeSet::new));
    return new ClassFolders(folders, List.copyOf(classNames), splits);
  }

  private static List<FileStatus> foldersIn(SourceFiles files, Path folder) {
    List<FileStatus> entries = files.visible(folder);
    List<FileStatus> folders = entries.stream().filter(FileStatus::isDirectory).toList();
    List<FileStatus> others = entries.stream().filter(e -> !e.isDirectory()).toList();
    if (!others.isEmpty()) {
      LOG.warn("Not read, because they lie in no class's folder: {} in {}", names(others), folder);
    }
    return folders;
  }

  private static void addClasses(
      List<Folder> folders, List<FileStatus> found, String split, Set<String> leftOut) {
    for (FileStatus folder : found) {
      if (leftOut.contains(folder.getPath().getName())) {
        LOG.warn("Not read, because its examples have no labels: {}", folder.getPath());
        continue;
      }
      folders.add(new Folder(folder.getPath().toString(), folder.getPath().getName(), split));
    }
  }

  private static void requireAFile(SourceFiles files, List<Folder> folders, String input) {
    try {
      for (Folder folder : folders) {
        Path path = new Path(folder.path());
        if (anyFile(files.fileSystem(path), path)) {
          return;
        }
      }
    } catch (IOException e) {
      throw IdxReader.unreadable(input, e);
    }
    throw new KindlingException(
        "Cannot read " + input + ": its " + folders.size() + " class folders hold no files");
  }

  private static boolean anyFile(FileSystem fileSystem, Path folder) throws IOException {
    RemoteIterator<FileStatus> entries = fileSystem.listStatusIterator(folder);
    while (entries.hasNext()) {
      FileStatus entry = entries.next();
      if (!SourceFiles.isHidden(entry.getPath())
          && (entry.isFile() || anyFile(fileSystem, entry.getPath()))) {
        return true;
      }
    }
    return false;
  }

  private static String names(List<FileStatus> entries) {
    return entries.stream()
            .limit(5)
            .map(entry -> entry.getPath().getName())
            .collect(Collectors.joining(", "))
        + (entries.size() > 5 ? " and " + (entries.size() - 5) + " more" : "");
  }
}
