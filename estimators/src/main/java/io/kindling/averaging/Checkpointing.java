/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import io.kindling.checkpoint.BestEpoch;
import io.kindling.checkpoint.Checkpoint;
import io.kindling.checkpoint.CheckpointFolder;
import io.kindling.checkpoint.Position;
import io.kindling.checkpoint.Restored;
import io.kindling.checkpoint.TrainingIdentity;
import io.kindling.data.KindlingException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** When a training writes checkpoints, of what, and how it goes on from one. For one training. */
public final class Checkpointing {
  private static final String PARAMS = "params";
  private static final String UPDATER_STATE = "updater-state";
  private static final String OUTER_MOMENTUM = "outer-momentum";
  private static final String BEST_PARAMS = "best-params";
  private static final String BEST_UPDATER_STATE = "best-updater-state";

  private final CheckpointFolder folder;
  private final TrainingIdentity settings;
  private final int everyRounds;
  private TrainingIdentity identity;
  private FrozenParams frozen;

  private Checkpointing(CheckpointFolder folder, TrainingIdentity settings, int everyRounds) {
    this.folder = folder;
    this.settings = settings;
    this.everyRounds = everyRounds;
  }

  /** No checkpoints. */
  public static Checkpointing none() {
    return new Checkpointing(null, null, 0);
  }

  /**
   * A checkpoint at the end of each epoch, and within.
   *
   * @param settings all that must be the same for a resumed training to end as an uninterrupted one
   *     would, but for the data, which is added here
   * @param everyRounds rounds of an epoch after which there is one more; 0 for none
   */
  public static Checkpointing in(
      CheckpointFolder folder, TrainingIdentity settings, int everyRounds) {
    return new Checkpointing(folder, settings, everyRounds);
  }

  /**
   * Where a training goes on.
   *
   * @param start its beginning, which it goes on from where there is no checkpoint
   * @param frozenParams what states are without, and checkpoints are not; null where nothing is
   * @throws KindlingException if the checkpoint is that of another training, or is further on
   */
  Resumed resume(Standing start, ShardSizes sizes, int epochs, FrozenParams frozenParams) {
    frozen = frozenParams;
    if (folder == null) {
      return new Resumed(start, null);
    }
    identity = settings.with(data(sizes));
    Restored restored = folder.newest(identity);
    if (restored == null) {
      return new Resumed(start, null);
    }
    Standing standing = standing(restored.checkpoint());
    int behind = standing.epoch() + (standing.round() > 0 ? 1 : 0);
    if (behind > epochs) {
      throw new KindlingException(
          "Cannot go on from %s: it is in epoch %d, but training.epochs is %d; set that to at least %d, choose another training.checkpoint.dir, or delete this one to start anew"
              .formatted(restored.path(), behind, epochs, behind));
    }
    return new Resumed(standing, restored);
  }

  /**
   * Where a training stands.
   *
   * @param restored the checkpoint; null at the beginning
   */
  record Resumed(Standing standing, Restored restored) {}

  /** The round before which to stop and write a checkpoint; at the epoch's end the last. */
  int next(int round, int rounds) {
    return everyRounds == 0
        ? rounds
        : (int) Math.min(rounds, (round / everyRounds + 1L) * everyRounds);
  }

  /** Writes a checkpoint, where one is due within an epoch. */
  void within(Standing standing, int rounds) {
    if (everyRounds > 0 && standing.round() < rounds && standing.round() % everyRounds == 0) {
      write(standing);
    }
  }

  /** Writes a checkpoint, where they are wanted. */
  void write(Standing standing) {
    if (folder != null) {
      folder.write(checkpoint(standing));
    }
  }

  /** What an error that ends the training says of the last checkpoint. */
  String lastGood() {
    return folder == null || folder.last() == null
        ? ""
        : "; the last good checkpoint is " + folder.last();
  }

  private static Map<String, String> data(ShardSizes sizes) {
    ByteBuffer contents = ByteBuffer.allocate(Long.BYTES * sizes.fingerprints().length);
    for (long fingerprint : sizes.fingerprints()) {
      contents.putLong(fingerprint);
    }
    Map<String, String> data = new LinkedHashMap<>();
    data.put("the number of training examples", Long.toString(sizes.examples()));
    data.put("the number of validation examples", Long.toString(sizes.validationExamples()));
    data.put(
        "the fingerprint of the rows and their partitions",
        TrainingIdentity.fingerprint(contents.array()));
    return data;
  }

  private Checkpoint checkpoint(Standing standing) {
    TrainingState state = whole(standing.state());
    Map<String, byte[]> arrays = new TreeMap<>();
    arrays.put(PARAMS, state.params());
    put(arrays, UPDATER_STATE, state.updaterState());
    put(arrays, OUTER_MOMENTUM, state.outerMomentum());
    BestState best = standing.best();
    if (best != null) {
      TrainingState bestState = whole(best.state());
      arrays.put(BEST_PARAMS, bestState.params());
      put(arrays, BEST_UPDATER_STATE, bestState.updaterState());
    }
    return new Checkpoint(
        new Checkpoint.Progress(
            identity,
            new Position(standing.epoch(), standing.round(), state.iterations()),
            standing.tally().running(),
            standing.trained(),
            standing.ledger(),
            best == null
                ? null
                : new BestEpoch(
                    best.epoch(), best.value(), best.waited(), best.state().iterations()),
            standing.history()),
        arrays);
  }

  private TrainingState whole(TrainingState state) {
    return frozen == null ? state : frozen.whole(state);
  }

  private TrainingState moving(TrainingState state) {
    return frozen == null ? state : frozen.moving(state);
  }

  private static void put(Map<String, byte[]> arrays, String name, byte[] array) {
    if (array.length > 0) {
      arrays.put(name, array);
    }
  }

  private Standing standing(Checkpoint checkpoint) {
    Checkpoint.Progress progress = checkpoint.progress();
    Map<String, byte[]> arrays = checkpoint.arrays();
    BestEpoch best = progress.best();
    return new Standing(
        progress.position().epoch(),
        progress.position().round(),
        moving(
            new TrainingState(
                arrays.get(PARAMS),
                arrays.getOrDefault(UPDATER_STATE, new byte[0]),
                arrays.getOrDefault(OUTER_MOMENTUM, new byte[0]),
                progress.position().iterations())),
        new EpochTally(progress.running()),
        progress.examplesTrained(),
        progress.ledger(),
        progress.history(),
        best == null
            ? null
            : new BestState(
                best.epoch(),
                best.value(),
                best.waited(),
                moving(
                    new TrainingState(
                        arrays.get(BEST_PARAMS),
                        arrays.getOrDefault(BEST_UPDATER_STATE, new byte[0]),
                        best.iterations()))));
  }
}
