/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.shards;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What one worker trains and validates on, resident on its executor in compact form. */
public final class Shard implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExampleStore training;
  private final ExampleStore validation;
  private final long skipped;

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
  }

  public ExampleStore training() {
    return training;
  }

  public ExampleStore validation() {
    return validation;
  }

  /** Rows that could not be used, counted in one of the shards each. */
  public long skipped() {
    return skipped;
  }
}
