/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.averaging;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where the workers of a stage meet: on the driver, through Spark's own messages. Each says
 * something, and when all have, each is told what all said. Spark's barrier tasks have the like
 * ({@code BarrierTaskContext.allGather}), but look for the answer once a second only (Spark 3.5).
 */
final class Rendezvous implements AutoCloseable {
  private static final String OVER = "the stage is over";

  /** Between the parts of a request, which is text: a class of ours is unknown to Spark's RPC. */
  static final String SEPARATOR = "\n";

  private static final long NO_STAGE = -1;

  private final String name = "kindling-rendezvous-" + UUID.randomUUID();
  private final RpcEnv rpc = SparkEnv.get().rpcEnv();
  private final Meetings meetings;
  private final RpcEndpointRef endpoint;

  Rendezvous(int workers) {
    this.meetings = new Meetings(rpc, workers);
    this.endpoint = rpc.setupEndpoint(name, meetings);
  }

  /** From now on the tasks of this stage meet, by the number of its broadcast. */
  void begin(long stage) {
    meetings.begin(stage);
  }

  /**
   * The stage is over: tasks of it that still wait, or come, fail. Spark itself leaves them alone
   * where a stage ends because another of its tasks could not fetch a shuffle's output.
   */
  void end() {
    meetings.begin(NO_STAGE);
  }

  /** The name by which tasks find it. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    end();
    rpc.stop(endpoint);
  }

  /** Spark calls it with one message after the other. */
  private static final class Meetings implements ThreadSafeRpcEndpoint {
    private final RpcEnv rpc;
    private final int workers;
    private final Map<String, Meeting> open = new HashMap<>();
    private long stage = NO_STAGE;

    Meetings(RpcEnv rpc, int workers) {
      this.rpc = rpc;
      this.workers = workers;
    }

    @Override
    public RpcEnv rpcEnv() {
      return rpc;
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
      return new AbstractPartialFunction<>() {
        @Override
        public boolean isDefinedAt(Object request) {
          return request instanceof String;
        }

        @Override
        public BoxedUnit apply(Object request) {
          String[] parts = ((String) request).split(SEPARATOR, 5);
          hear(
              Long.parseLong(parts[0]),
              parts[1],
              parts[2],
              Integer.parseInt(parts[3]),
              parts[4],
              caller);
          return BoxedUnit.UNIT;
        }
      };
    }

    synchronized void begin(long next) {
      stage = next;
      open.values().forEach(Meeting::giveUp);
      open.clear();
    }

    private synchronized void hear(
        long of, String attempt, String number, int worker, String message, RpcCallContext caller) {
      if (of != stage) {
        caller.sendFailure(new IllegalStateException(OVER));
        return;
      }
      String key = attempt + SEPARATOR + number;
      Meeting meeting = open.computeIfAbsent(key, absent -> new Meeting(workers));
      if (meeting.hear(worker, message, caller)) {
        open.remove(key);
        forgetOthersThan(attempt);
      }
    }

    /** What attempts before this one left unfinished nobody waits for any more. */
    private void forgetOthersThan(String attempt) {
      Iterator<Map.Entry<String, Meeting>> meetings = open.entrySet().iterator();
      while (meetings.hasNext()) {
        Map.Entry<String, Meeting> meeting = meetings.next();
        if (!meeting.getKey().startsWith(attempt + SEPARATOR)) {
          meeting.getValue().giveUp();
          meetings.remove();
        }
      }
    }
  }

  private static final class Meeting {
    private final String[] said;
    private final List<RpcCallContext> callers = new ArrayList<>();

    Meeting(int workers) {
      this.said = new String[workers];
    }

    void giveUp() {
      callers.forEach(waiting -> waiting.sendFailure(new IllegalStateException(OVER)));
    }

    /** True when all have spoken, and been told. */
    boolean hear(int worker, String message, RpcCallContext caller) {
      said[worker] = message;
      callers.add(caller);
      if (callers.size() < said.length) {
        return false;
      }
      callers.forEach(waiting -> waiting.reply(said));
      return true;
    }
  }
}
