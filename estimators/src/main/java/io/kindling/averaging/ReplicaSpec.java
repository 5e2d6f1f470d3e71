/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.input.InputSpec;
import io.kindling.model.Target;
import io.kindling.transformers.image.Augmentation;
import java.io.Serializable;

/**
 * All that a replica is built of.
 *
 * @param configuration the network, DL4J's JSON
 * @param input what it takes
 * @param target what it is trained to predict
 * @param batchSize examples in a full minibatch
 * @param bucketing whether the examples of a minibatch shall be of similar length
 * @param augmentation applied to every image each time it is trained on; null for none
 * @param seed of the training
 */
public record ReplicaSpec(
    String configuration,
    InputSpec input,
    Target target,
    int batchSize,
    boolean bucketing,
    Augmentation augmentation,
    long seed)
    implements Serializable {

  /** The same with another configuration of the network. */
  ReplicaSpec withConfiguration(String other) {
    return new ReplicaSpec(other, input, target, batchSize, bucketing, augmentation, seed);
  }
}
