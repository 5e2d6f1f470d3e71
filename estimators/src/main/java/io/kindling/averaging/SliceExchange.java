/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Byte arrays from worker to worker within a barrier stage, through the block managers of their
 * executors, as BigDL's all-reduce does it (Dai et al. 2019): so they take Spark's own ports, with
 * its authentication and encryption, and none but the workers is asked. They wait for each other at
 * a {@link Rendezvous}.
 *
 * <p>The blocks go by the name of the stage's broadcast; Spark removes them with it, on whatever
 * executor, also where the stage failed.
 */
final class SliceExchange {
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private final BlockManager blocks = SparkEnv.get().blockManager();
  private final RendezvousCaller caller;
  private final TaskContext task;
  private final int attempt;
  private final long broadcast;
  private final String[] peers;
  private final Queue<BroadcastBlockId> published = new ArrayDeque<>();

  /** Waits for all tasks of the stage. */
  SliceExchange(TaskContext task, long broadcast, String rendezvous) {
    this.caller = new RendezvousCaller(task, broadcast, rendezvous);
    this.task = task;
    this.attempt = task.stageAttemptNumber();
    this.broadcast = broadcast;
    BlockManagerId own = blocks.blockManagerId();
    this.peers = caller.meet(own.host() + " " + own.port() + " " + own.executorId());
  }

  /** The number of workers. */
  int workers() {
    return peers.length;
  }

  /** Gives every worker what each of them says, once all have said it. */
  String[] tell(String message) {
    return caller.meet(message);
  }

  /** Waits for all. */
  void await() {
    caller.meet("");
  }

  /** Makes bytes ready for others to fetch under a name that is not used twice in the stage. */
  void publish(String name, byte[] bytes) {
    // The driver may have removed the stage's blocks, and would not come again.
    if (task.isInterrupted()) {
      throw new TaskKilledException("the round was cancelled");
    }
    BroadcastBlockId block = block(name);
    boolean stored =
        blocks.putBytes(
            block,
            new ChunkedByteBuffer(ByteBuffer.wrap(bytes)),
            StorageLevel.MEMORY_AND_DISK_SER(),
            false,
            BYTES);
    if (!stored) {
      throw new IllegalStateException("the block " + block.name() + " could not be stored");
    }
    published.add(block);
  }

  /** Removes what this worker has published so far, which every other must have fetched. */
  void removePublished(int keep) {
    while (published.size() > keep) {
      blocks.removeBlock(published.remove(), false);
    }
  }

  /** What another worker has published. */
  byte[] fetch(int worker, String name) {
    BroadcastBlockId block = block(name);
    String[] peer = peers[worker].split(" ", 3);
    if (peer[2].equals(blocks.blockManagerId().executorId())) {
      return fetchHere(block);
    }
    ManagedBuffer buffer =
        blocks
            .blockTransferService()
            .fetchBlockSync(peer[0], Integer.parseInt(peer[1]), peer[2], block.name(), null);
    try {
      return bytes(buffer.nioByteBuffer());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      buffer.release();
    }
  }

  private byte[] fetchHere(BroadcastBlockId block) {
    Option<BlockData> data = blocks.getLocalBytes(block);
    if (data.isEmpty()) {
      throw new IllegalStateException("the block " + block.name() + " is gone");
    }
    try {
      return bytes(data.get().toByteBuffer());
    } finally {
      blocks.releaseLockAndDispose(block, data.get(), Option.empty());
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private BroadcastBlockId block(String name) {
    return new BroadcastBlockId(broadcast, "s" + attempt + "_" + name);
  }
}
