/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.runtime;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds an operation of ND4J, and with it its arrays, until the native code that computes it has
 * come back. ND4J 1.0.0-M2.1 does not: from the moment at which it has the addresses nothing refers
 * to the array with the operation's dimensions any more, and where the JVM collects garbage just
 * then, ND4J's own thread frees it under the native code. {@code addRowVector}, by which every
 * dense layer adds its bias, so ended processes with SIGSEGV, on small heaps once in some hundred
 * thousand calls.
 */
record HeldOperations(OpExecutioner executioner) implements InvocationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(HeldOperations.class);

  /** Puts itself between ND4J and what executes its operations; once for each JVM. */
  static void install() {
    try {
      Field instance = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
      instance.setAccessible(true);
      instance.set(
          null,
          Proxy.newProxyInstance(
              OpExecutioner.class.getClassLoader(),
              new Class<?>[] {OpExecutioner.class},
              new HeldOperations(Nd4j.getExecutioner())));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("ND4J may free arrays that are in use: this is not the version 1.0.0-M2.1", e);
    }
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(executioner, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      Reference.reachabilityFence(arguments);
    }
  }
}
