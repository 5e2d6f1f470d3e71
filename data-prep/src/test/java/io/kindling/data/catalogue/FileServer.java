/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A real HTTP server on this machine that serves one content under any name, as told. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final byte[] content;
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());
  volatile boolean honoursRanges = true;
  volatile int status;
  volatile int cutAfter = -1;
  volatile int wrongRangeStart = -1;
  volatile int stallAfter = -1;
  volatile int pauseMillis;
  private final CountDownLatch stall = new CountDownLatch(1);

  FileServer(byte[] content) throws IOException {
    this.content = content;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      ranges.add(String.valueOf(range));
      if (status != 0) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      int from = 0;
      int code = 200;
      if (range != null && honoursRanges) {
        from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        int told = wrongRangeStart >= 0 ? wrongRangeStart : from;
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes " + told + "-" + (content.length - 1) + "/*");
        code = 206;
      }
      byte[] body = Arrays.copyOfRange(content, from, content.length);
      exchange.sendResponseHeaders(code, body.length);
      if (stallAfter >= 0) {
        exchange.getResponseBody().write(body, 0, stallAfter);
        exchange.getResponseBody().flush();
        pause(() -> stall.await());
        return;
      }
      if (pauseMillis > 0) {
        int part = body.length / 6;
        for (from = 0; from < body.length; from += part) {
          exchange.getResponseBody().write(body, from, Math.min(part, body.length - from));
          exchange.getResponseBody().flush();
          pause(() -> Thread.sleep(pauseMillis));
        }
        return;
      }
      exchange.getResponseBody().write(body, 0, cutAfter >= 0 ? cutAfter : body.length);
    }
  }

  private interface Wait {
    void run() throws InterruptedException;
  }

  private static void pause(Wait wait) throws IOException {
    try {
      wait.run();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Ends the stall. */
  void goOn() {
    stallAfter = -1;
    stall.countDown();
  }

  /** What each request asked for, {@code "null"} for the whole. */
  List<String> ranges() {
    return List.copyOf(ranges);
  }

  RemoteFile file(String name) {
    return new RemoteFile(url(name), content.length, sha256(content));
  }

  URI url(String name) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/some/" + name);
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    goOn();
    server.stop(0);
  }
}
