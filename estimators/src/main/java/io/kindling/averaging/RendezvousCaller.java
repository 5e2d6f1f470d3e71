/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils$;
import scala.concurrent.Await;
import scala.concurrent.Future;
import scala.concurrent.duration.Duration;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A task's side of a {@link Rendezvous}. */
final class RendezvousCaller {
  private static final ClassTag<String[]> STRINGS = ClassTag$.MODULE$.apply(String[].class);

  /** How long the slowest worker takes is not for Spark's RPC to judge. */
  private static final RpcTimeout PATIENT =
      new RpcTimeout(new FiniteDuration(365, TimeUnit.DAYS), "a rendezvous of workers");

  private static final Duration LOOK_UP = Duration.apply(200, TimeUnit.MILLISECONDS);

  private final TaskContext task;
  private final RpcEndpointRef endpoint;
  private final long stage;
  private final String attempt;
  private int number;

  RendezvousCaller(TaskContext task, long stage, String rendezvous) {
    this.stage = stage;
    this.task = task;
    SparkEnv env = SparkEnv.get();
    this.endpoint = RpcUtils$.MODULE$.makeDriverRef(rendezvous, env.conf(), env.rpcEnv());
    this.attempt = task.stageId() + "." + task.stageAttemptNumber();
  }

  /**
   * Says something and waits for what all say, in the workers' order.
   *
   * @throws TaskKilledException if Spark has killed the task, as it does when another of the stage
   *     fails
   */
  String[] meet(String message) {
    String request =
        String.join(
            Rendezvous.SEPARATOR,
            Long.toString(stage),
            attempt,
            Integer.toString(number++),
            Integer.toString(task.partitionId()),
            message);
    Future<String[]> answer = endpoint.ask(request, PATIENT, STRINGS);
    while (true) {
      try {
        return Await.result(answer, LOOK_UP);
      } catch (TimeoutException e) {
        if (task.isInterrupted()) {
          throw new TaskKilledException("the round was cancelled");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException("the round was cancelled");
      }
    }
  }
}
