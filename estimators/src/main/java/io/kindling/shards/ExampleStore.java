/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

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
 * labels and weights are on the heap, four bytes each; the features are read from the shard's file.
 */
public final class ExampleStore {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final ExampleFile file;
  private final int exampleBytes;
  private final long[] starts;
  private final int[] ends;
  private final float[] labels;
  private final float[] weights;

  /**
   * @param exampleBytes of one example's features
   * @param starts where each run of examples begins in the file
   * @param ends how many examples there are up to the end of each run
   * @param weights one for each example, or null where all count the same
   */
  private ExampleStore(
      ExampleFile file,
      int exampleBytes,
      long[] starts,
      int[] ends,
      float[] labels,
      float[] weights) {
    this.file = file;
    this.exampleBytes = exampleBytes;
    this.starts = starts;
    this.ends = ends;
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
  public int exampleBytes() {
    return exampleBytes;
  }

  /**
   * Reads the encoded features of one example.
   *
   * @param into receives {@link #exampleBytes()} bytes from {@code offset} on
   */
  public void read(int index, byte[] into, int offset) {
    int run = Arrays.binarySearch(ends, index + 1);
    run = run >= 0 ? run : -run - 1;
    int first = run == 0 ? 0 : ends[run - 1];
    file.read(starts[run] + (long) (index - first) * exampleBytes, into, offset, exampleBytes);
  }

  /** The bytes of all examples' features. */
  long bytes() {
    return (long) labels.length * exampleBytes;
  }

  /** Writes everything, features included, in the order of the examples. */
  void writeTo(ObjectOutput out) throws IOException {
    out.writeInt(exampleBytes);
    out.writeObject(labels);
    out.writeObject(weights);
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int run = 0; run < starts.length; run++) {
      int first = run == 0 ? 0 : ends[run - 1];
      long end = starts[run] + (long) (ends[run] - first) * exampleBytes;
      for (long at = starts[run]; at < end; at += chunk.length) {
        int count = (int) Math.min(chunk.length, end - at);
        file.read(at, chunk, 0, count);
        out.write(chunk, 0, count);
      }
    }
  }

  /** What {@link #writeTo} wrote, appended to another file. */
  static ExampleStore readFrom(ObjectInput in, ExampleFile file)
      throws IOException, ClassNotFoundException {
    int exampleBytes = in.readInt();
    float[] labels = (float[]) in.readObject();
    float[] weights = (float[]) in.readObject();
    long start = file.length();
    long left = (long) labels.length * exampleBytes;
    byte[] chunk = new byte[CHUNK_BYTES];
    while (left > 0) {
      int count = (int) Math.min(chunk.length, left);
      in.readFully(chunk, 0, count);
      file.append(chunk, count);
      left -= count;
    }
    return new ExampleStore(
        file, exampleBytes, new long[] {start}, new int[] {labels.length}, labels, weights);
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
      int exampleBytes = 0;
      for (int i = 0; i < starts.length; i++) {
        Arrived block = arrived.get(i);
        int first = ends[i] - block.labels.length;
        System.arraycopy(block.labels, 0, labels, first, block.labels.length);
        if (weighted) {
          System.arraycopy(block.weights, 0, weights, first, block.labels.length);
        }
        exampleBytes = block.exampleBytes;
      }
      return new ExampleStore(file, exampleBytes, starts, ends, labels, weights);
    }
  }

  /** What stays on the heap of a block whose features are in the file. */
  private static final class Arrived {
    final int sourcePartition;
    final int sequence;
    final long start;
    final int exampleBytes;
    final float[] labels;
    final float[] weights;
    final long checksum;

    Arrived(ExampleBlock block, long start) {
      this.sourcePartition = block.sourcePartition;
      this.sequence = block.sequence;
      this.start = start;
      this.exampleBytes = block.features.length / block.labels.length;
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
