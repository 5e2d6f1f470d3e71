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
 * @param frozen the parameters of frozen layers, where a state has only the others; null where it
 *     has all
 */
public record ReplicaSpec(
    String configuration,
    InputSpec input,
    Target target,
    int batchSize,
    boolean bucketing,
    Augmentation augmentation,
    long seed,
    FrozenParams frozen)
    implements Serializable {
  /** Of states that have all parameters. */
  public ReplicaSpec(
      String configuration,
      InputSpec input,
      Target target,
      int batchSize,
      boolean bucketing,
      Augmentation augmentation,
      long seed) {
    this(configuration, input, target, batchSize, bucketing, augmentation, seed, null);
  }

  /** The same with another configuration of the network. */
  ReplicaSpec withConfiguration(String other) {
    return new ReplicaSpec(other, input, target, batchSize, bucketing, augmentation, seed, frozen);
  }

  /** The same for states without the parameters of frozen layers. */
  ReplicaSpec without(FrozenParams frozenParams) {
    return new ReplicaSpec(
        configuration, input, target, batchSize, bucketing, augmentation, seed, frozenParams);
  }
}
