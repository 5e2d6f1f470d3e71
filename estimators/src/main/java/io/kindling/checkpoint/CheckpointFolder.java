/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.checkpoint;

import io.kindling.data.KindlingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training, in a folder of any Hadoop file system: a sub-folder for each,
 * {@code checkpoint-00000012}, written under a temporary name and renamed when whole. The last two
 * that are known to be whole are kept; older ones go only after a new one is whole. What else lies
 * in the folder is left alone.
 *
 * <p>For one training at a time. Not safe for use by several threads.
 */
public final class CheckpointFolder {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{8,10})");
  private static final String UNFINISHED = ".unfinished-checkpoint-";
  private static final int KEPT = 2;

  private final FileSystem files;
  private final Path folder;
  private final String shown;

  /** Those known to be whole, the newest first. */
  private final Deque<Integer> whole = new ArrayDeque<>();

  /**
   * @param folder need not be there yet
   * @throws KindlingException if there is no such file system
   */
  public CheckpointFolder(String folder, Configuration hadoop) {
    try {
      Path path = new Path(folder);
      this.files = path.getFileSystem(hadoop);
      this.folder = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new KindlingException(
          "Cannot keep checkpoints in %s: %s (training.checkpoint.dir)"
              .formatted(folder, e.getMessage()),
          e);
    }
    this.shown = shown(this.folder);
  }

  /**
   * Makes sure, before a training starts, that its checkpoints can be written.
   *
   * @throws KindlingException if not
   */
  public void requireWritable() {
    Path probe = new Path(folder, UNFINISHED + UUID.randomUUID());
    try {
      if (!files.mkdirs(folder)) {
        throw new IOException("the folder cannot be made");
      }
      try (OutputStream out = files.create(probe, false)) {
        out.write(0);
      }
      files.delete(probe, false);
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot keep checkpoints in %s: %s; set training.checkpoint.dir to a folder that can be written"
              .formatted(shown, reason(e)),
          e);
    }
  }

  /**
   * The newest checkpoint that is whole. Newer ones that are not are named in a warning, and never
   * used.
   *
   * @param identity the training that wants to go on
   * @return null where there is none
   * @throws KindlingException if it belongs to another training
   */
  public Restored newest(TrainingIdentity identity) {
    List<String> damaged = new ArrayList<>();
    List<Integer> numbers = numbers();
    for (int i = numbers.size() - 1; i >= 0; i--) {
      Path path = path(numbers.get(i));
      Checkpoint checkpoint;
      try {
        checkpoint = CheckpointFiles.read(files, path);
      } catch (IOException e) {
        if (!CheckpointFiles.isDamage(e)) {
          throw new KindlingException(
              "Cannot read the checkpoint %s: %s; start again when it can be read, or choose another training.checkpoint.dir"
                  .formatted(shown(path), reason(e)),
              e);
        }
        damaged.add("%s is damaged (%s)".formatted(shown(path), reason(e)));
        continue;
      }
      String differences = checkpoint.progress().identity().differences(identity);
      if (!differences.isEmpty()) {
        throw new KindlingException(
            "Cannot go on from %s, the checkpoint of another training: %s; choose another training.checkpoint.dir, or delete this one to start anew"
                .formatted(shown(path), differences));
      }
      for (String problem : damaged) {
        LOG.warn("{} and not used; {} is used instead", problem, shown(path));
      }
      whole.clear();
      whole.add(numbers.get(i));
      return new Restored(checkpoint, shown(path), damaged);
    }
    for (String problem : damaged) {
      LOG.warn("{} and not used; no other is left, the training starts anew", problem);
    }
    return null;
  }

  /**
   * Writes one more checkpoint and then removes what is older than the last two.
   *
   * @return whether it was written: one with a value that is no finite number is not, for nothing
   *     could go on from it
   * @throws KindlingException if the file system refuses
   */
  public boolean write(Checkpoint checkpoint) {
    if (!isFinite(checkpoint.arrays())) {
      LOG.warn("No checkpoint is written of a state that is not finite; the last good one stays");
      return false;
    }
    List<Integer> present = numbers();
    int number = present.isEmpty() ? 1 : present.get(present.size() - 1) + 1;
    Path unfinished = new Path(folder, UNFINISHED + UUID.randomUUID());
    try {
      CheckpointFiles.write(checkpoint, files, unfinished);
      if (!files.rename(unfinished, path(number))) {
        throw new IOException("it cannot be renamed to " + path(number).getName());
      }
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot write a checkpoint to %s: %s%s"
              .formatted(
                  shown, reason(e), last() == null ? "" : "; the last good one is " + last()),
          e);
    }
    whole.addFirst(number);
    while (whole.size() > KEPT) {
      whole.removeLast();
    }
    removeAllBut(whole);
    return true;
  }

  /** Where the last good checkpoint lies; null where there is none. */
  public String last() {
    return whole.isEmpty() ? null : shown(path(whole.getFirst()));
  }

  /**
   * Removes all checkpoints, and the folder where it is then empty: the training's result is safe
   * elsewhere.
   */
  public void clear() {
    removeAllBut(List.of());
    whole.clear();
    try {
      if (files.exists(folder) && files.listStatus(folder).length == 0) {
        files.delete(folder, false);
      }
    } catch (IOException e) {
      LOG.warn("The empty folder {} stays: {}", shown, reason(e));
    }
  }

  /** One that cannot be removed costs space, no more. */
  private void removeAllBut(Iterable<Integer> kept) {
    List<Path> gone = new ArrayList<>();
    List<Integer> stay = new ArrayList<>();
    kept.forEach(stay::add);
    try {
      for (FileStatus found : list()) {
        Integer number = number(found);
        if (number == null
            ? found.getPath().getName().startsWith(UNFINISHED)
            : !stay.contains(number)) {
          gone.add(found.getPath());
        }
      }
      for (Path path : gone) {
        files.delete(path, true);
      }
    } catch (IOException e) {
      LOG.warn("Old checkpoints stay in {}: {}", shown, reason(e));
    }
  }

  private List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>();
    try {
      for (FileStatus found : list()) {
        Integer number = number(found);
        if (number != null) {
          numbers.add(number);
        }
      }
    } catch (IOException e) {
      throw new KindlingException(
          "Cannot look for checkpoints in %s: %s".formatted(shown, reason(e)), e);
    }
    numbers.sort(Comparator.naturalOrder());
    return numbers;
  }

  private FileStatus[] list() throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private Integer number(FileStatus found) {
    String name = found.getPath().getName();
    Matcher matcher = NAME.matcher(name);
    if (!found.isDirectory() || !matcher.matches()) {
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    boolean ours = number > 0 && number < Integer.MAX_VALUE;
    return ours && path((int) number).getName().equals(name) ? (Integer) (int) number : null;
  }

  private Path path(int number) {
    return new Path(folder, String.format(Locale.ROOT, "checkpoint-%08d", number));
  }

  private static boolean isFinite(Map<String, byte[]> arrays) {
    for (byte[] array : arrays.values()) {
      ByteBuffer floats = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
      while (floats.remaining() >= Float.BYTES) {
        if (!Float.isFinite(floats.getFloat())) {
          return false;
        }
      }
    }
    return true;
  }

  /** As users write local paths. */
  private static String shown(Path path) {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    String first = message == null ? "" : message.lines().findFirst().orElse("");
    return first.isBlank() ? e.getClass().getSimpleName() : first;
  }
}
