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
  /** Between the parts of a request, which is text: a class of ours is unknown to Spark's RPC. */
  static final String SEPARATOR = "\n";

  private final String name = "kindling-rendezvous-" + UUID.randomUUID();
  private final RpcEnv rpc = SparkEnv.get().rpcEnv();
  private final RpcEndpointRef endpoint;

  Rendezvous(int workers) {
    this.endpoint = rpc.setupEndpoint(name, new Meetings(rpc, workers));
  }

  /** The name by which tasks find it. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    rpc.stop(endpoint);
  }

  /** Spark calls it with one message after the other. */
  private static final class Meetings implements ThreadSafeRpcEndpoint {
    private final RpcEnv rpc;
    private final int workers;
    private final Map<String, Meeting> open = new HashMap<>();

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
          String[] parts = ((String) request).split(SEPARATOR, 4);
          hear(parts[0], parts[1], Integer.parseInt(parts[2]), parts[3], caller);
          return BoxedUnit.UNIT;
        }
      };
    }

    private void hear(
        String attempt, String number, int worker, String message, RpcCallContext caller) {
      String key = attempt + SEPARATOR + number;
      Meeting meeting = open.computeIfAbsent(key, absent -> new Meeting(workers));
      if (meeting.hear(worker, message, caller)) {
        open.remove(key);
        forgetOthersThan(attempt);
      }
    }

    /** What attempts before this one left unfinished nobody waits for any more. */
    private void forgetOthersThan(String attempt) {
      Iterator<String> keys = open.keySet().iterator();
      while (keys.hasNext()) {
        if (!keys.next().startsWith(attempt + SEPARATOR)) {
          keys.remove();
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
