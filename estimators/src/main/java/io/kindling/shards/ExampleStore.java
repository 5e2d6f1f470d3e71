/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import io.kindling.input.ExampleBuffer;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encoded examples with access by index, in an order that does not depend on how they arrived. Only
 * labels and weights are on the heap, four bytes each, and of sequences where each begins, eight
 * bytes; the features are read from the shard's file.
 */
public final class ExampleStore {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final ExampleFile file;
  private final Runs runs;
  private final float[] labels;
  private final float[] weights;

  /**
   * @param runs where the features are in the file
   * @param weights one for each example, or null where all count the same
   */
  private ExampleStore(ExampleFile file, Runs runs, float[] labels, float[] weights) {
    this.file = file;
    this.runs = runs;
    this.labels = labels;
    this.weights = weights;
  }

  /** The number of examples. */
  public int size() {
    return labels.length;
  }

  /** The label of one example. */
  public float label(int index) {
    return labels[index];
  }

  /** Whether examples have weights; where not, each weighs 1. */
  public boolean isWeighted() {
    return weights != null;
  }

  /** The weight of one example. */
  public float weight(int index) {
    return weights == null ? 1 : weights[index];
  }

  /** The bytes of one example's features. */
  public int bytes(int index) {
    return runs.bytes(index);
  }

  /** Reads the encoded features of one example. */
  public void read(int index, ExampleBuffer into) {
    int count = runs.bytes(index);
    file.read(runs.position(index), into.resize(count), 0, count);
  }

  /** The bytes of all examples' features. */
  long bytes() {
    return runs.bytes();
  }

  /** Writes everything, features included, in the order of the examples. */
  void writeTo(ObjectOutput out) throws IOException {
    out.writeObject(labels);
    out.writeObject(weights);
    out.writeInt(runs.exampleBytes);
    out.writeObject(runs.offsets == null ? null : runs.lengths());
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int run = 0; run < runs.starts.length; run++) {
      long end = runs.starts[run] + runs.bytesOfRun(run);
      for (long at = runs.starts[run]; at < end; at += chunk.length) {
        int count = (int) Math.min(chunk.length, end - at);
        file.read(at, chunk, 0, count);
        out.write(chunk, 0, count);
      }
    }
  }

  /** What {@link #writeTo} wrote, appended to another file. */
  static ExampleStore readFrom(ObjectInput in, ExampleFile file)
      throws IOException, ClassNotFoundException {
    float[] labels = (float[]) in.readObject();
    float[] weights = (float[]) in.readObject();
    int exampleBytes = in.readInt();
    int[] lengths = (int[]) in.readObject();
    Runs runs =
        new Runs(
            new long[] {file.length()},
            new int[] {labels.length},
            exampleBytes,
            lengths == null ? null : Runs.offsets(lengths));
    long left = runs.bytes();
    byte[] chunk = new byte[CHUNK_BYTES];
    while (left > 0) {
      int count = (int) Math.min(chunk.length, left);
      in.readFully(chunk, 0, count);
      file.append(chunk, count);
      left -= count;
    }
    return new ExampleStore(file, runs, labels, weights);
  }

  /** Where examples are in the file: runs of them, end to end. */
  private static final class Runs {
    final long[] starts;
    final int[] ends;
    final int exampleBytes;
    final long[] offsets;

    /**
     * @param starts where each run begins in the file
     * @param ends how many examples there are up to the end of each run
     * @param exampleBytes of each example, where all are of the same length
     * @param offsets else how many bytes of features there are before each example, and at last in
     *     all; or null
     */
    Runs(long[] starts, int[] ends, int exampleBytes, long[] offsets) {
      this.starts = starts;
      this.ends = ends;
      this.exampleBytes = exampleBytes;
      this.offsets = offsets;
    }

    static long[] offsets(int... lengths) {
      long[] offsets = new long[lengths.length + 1];
      for (int i = 0; i < lengths.length; i++) {
        offsets[i + 1] = offsets[i] + lengths[i];
      }
      return offsets;
    }

    int[] lengths() {
      int[] lengths = new int[offsets.length - 1];
      Arrays.setAll(lengths, this::bytes);
      return lengths;
    }

    int bytes(int index) {
      return offsets == null ? exampleBytes : (int) (offsets[index + 1] - offsets[index]);
    }

    long position(int index) {
      int run = Arrays.binarySearch(ends, index + 1);
      run = run >= 0 ? run : -run - 1;
      return starts[run] + offset(index) - offset(first(run));
    }

    long bytesOfRun(int run) {
      return offset(ends[run]) - offset(first(run));
    }

    long bytes() {
      return ends.length == 0 ? 0 : offset(ends[ends.length - 1]);
    }

    private int first(int run) {
      return run == 0 ? 0 : ends[run - 1];
    }

    /** The bytes of features before an example. */
    private long offset(int index) {
      return offsets == null ? (long) index * exampleBytes : offsets[index];
    }
  }

  /** Takes blocks in as they arrive. */
  static final class Builder {
    private final ExampleFile file;
    private final List<Arrived> arrived = new ArrayList<>();

    Builder(ExampleFile file) {
      this.file = file;
    }

    void add(ExampleBlock block) {
      if (block.labels.length > 0) {
        arrived.add(new Arrived(block, file.append(block.features, block.features.length)));
      }
    }

    /**
     * All blocks in the order of their sources.
     *
     * @param fingerprint is given what each block holds, in that order
     */
    ExampleStore build(CRC32C fingerprint) {
      arrived.sort(
          Comparator.<Arrived>comparingInt(block -> block.sourcePartition)
              .thenComparingInt(block -> block.sequence));
      long[] starts = new long[arrived.size()];
      int[] ends = new int[starts.length];
      int size = 0;
      boolean weighted = false;
      for (int i = 0; i < starts.length; i++) {
        Arrived block = arrived.get(i);
        size = Math.addExact(size, block.labels.length);
        starts[i] = block.start;
        ends[i] = size;
        weighted |= block.weights != null;
        block.addTo(fingerprint);
      }
      float[] labels = new float[size];
      float[] weights = weighted ? new float[size] : null;
      int[] lengths = size > 0 && arrived.get(0).lengths != null ? new int[size] : null;
      int exampleBytes = 0;
      for (int i = 0; i < starts.length; i++) {
        Arrived block = arrived.get(i);
        int first = ends[i] - block.labels.length;
        System.arraycopy(block.labels, 0, labels, first, block.labels.length);
        if (weighted) {
          System.arraycopy(block.weights, 0, weights, first, block.labels.length);
        }
        if (lengths != null) {
          System.arraycopy(block.lengths, 0, lengths, first, block.lengths.length);
        }
        exampleBytes = block.exampleBytes;
      }
      Runs runs =
          new Runs(starts, ends, exampleBytes, lengths == null ? null : Runs.offsets(lengths));
      return new ExampleStore(file, runs, labels, weights);
    }
  }

  /** What stays on the heap of a block whose features are in the file. */
  private static final class Arrived {
    final int sourcePartition;
    final int sequence;
    final long start;
    final int exampleBytes;
    final int[] lengths;
    final float[] labels;
    final float[] weights;
    final long checksum;

    Arrived(ExampleBlock block, long start) {
      this.sourcePartition = block.sourcePartition;
      this.sequence = block.sequence;
      this.start = start;
      this.exampleBytes = block.features.length / block.labels.length;
      this.lengths = block.lengths;
      this.labels = block.labels;
      this.weights = block.weights;
      this.checksum = block.checksum();
    }

    void addTo(CRC32C fingerprint) {
      Checksums.update(fingerprint, sourcePartition);
      Checksums.update(fingerprint, sequence);
      Checksums.update(fingerprint, labels.length);
      Checksums.update(fingerprint, (int) checksum);
    }
  }
}
