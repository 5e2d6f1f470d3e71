/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Checksum;

/** Encoded examples with access by index, in an order that does not depend on how they arrived. */
public final class ExampleStore implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExampleBlock[] blocks;
  private final int[] ends;

  ExampleStore(List<ExampleBlock> arrived) {
    blocks =
        arrived.stream()
            .filter(block -> block.labels.length > 0)
            .sorted(
                Comparator.<ExampleBlock>comparingInt(block -> block.sourcePartition)
                    .thenComparingInt(block -> block.sequence))
            .toArray(ExampleBlock[]::new);
    ends = new int[blocks.length];
    int end = 0;
    for (int i = 0; i < blocks.length; i++) {
      end = Math.addExact(end, blocks[i].labels.length);
      ends[i] = end;
    }
  }

  /** Adds all examples, in their order, to a checksum. */
  void addTo(Checksum checksum) {
    for (ExampleBlock block : blocks) {
      checksum.update(block.features);
      for (float label : block.labels) {
        checksum.update((int) label);
      }
    }
  }

  /** The number of examples. */
  public int size() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** The label of one example. */
  public float label(int index) {
    int block = blockOf(index);
    return blocks[block].labels[within(index, block)];
  }

  /** The encoded bytes that hold one example, from {@link #offset} on; not to be written to. */
  public byte[] bytes(int index) {
    return blocks[blockOf(index)].features;
  }

  /** Where {@link #bytes} holds the example. */
  public int offset(int index) {
    int block = blockOf(index);
    ExampleBlock holder = blocks[block];
    return within(index, block) * (holder.features.length / holder.labels.length);
  }

  private int within(int index, int block) {
    return block == 0 ? index : index - ends[block - 1];
  }

  private int blockOf(int index) {
    int found = Arrays.binarySearch(ends, index + 1);
    return found >= 0 ? found : -found - 1;
  }
}
