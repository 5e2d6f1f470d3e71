/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** What one worker trains and validates on, resident on its executor in compact form. */
public final class Shard implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExampleStore training;
  private final ExampleStore validation;
  private final long skipped;
  private final long fingerprint;

  Shard(Iterator<ExampleBlock> arrived) {
    List<ExampleBlock> forTraining = new ArrayList<>();
    List<ExampleBlock> forValidation = new ArrayList<>();
    long notUsed = 0;
    while (arrived.hasNext()) {
      ExampleBlock block = arrived.next();
      (block.validation ? forValidation : forTraining).add(block);
      notUsed += block.skipped;
    }
    training = new ExampleStore(forTraining);
    validation = new ExampleStore(forValidation);
    skipped = notUsed;
    Checksum checksum = new CRC32C();
    training.addTo(checksum);
    validation.addTo(checksum);
    fingerprint = checksum.getValue();
  }

  public ExampleStore training() {
    return training;
  }

  public ExampleStore validation() {
    return validation;
  }

  /**
   * A checksum of the examples in their order. A shard that was lost and built again must have the
   * same, else examples would be trained on twice and others never.
   */
  public long fingerprint() {
    return fingerprint;
  }

  /** Rows that could not be used, counted in one of the shards each. */
  public long skipped() {
    return skipped;
  }
}
