/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import io.kindling.data.KindlingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Brings one published file to one place. What has come of it lies in {@code <place>.part}, from
 * where a later try goes on; the place itself holds the file whole and checked, or nothing.
 */
final class Download {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

  private final RemoteFile file;
  private final Path place;
  private final Path part;
  private final Duration stallTimeout;

  Download(RemoteFile file, Path place) {
    this(file, place, STALL_TIMEOUT);
  }

  /**
   * @param stallTimeout how long to wait for the next byte
   */
  Download(RemoteFile file, Path place, Duration stallTimeout) {
    this.file = file;
    this.place = place;
    this.stallTimeout = stallTimeout;
    this.part = place.resolveSibling(place.getFileName() + ".part");
  }

  /** Downloads what is missing; a file that is there already, by hand perhaps, is checked. */
  void run(DownloadProgress progress) {
    try {
      if (Files.exists(place)) {
        if (!sha256(place).equals(file.sha256())) {
          // It may be somebody's only copy of something else, so it is not removed.
          throw mismatch(place, "remove it and run again to download it");
        }
        return;
      }
      Files.createDirectories(part.toAbsolutePath().getParent());
      transfer(progress);
      requireHash();
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unreachable(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted", e);
    }
  }

  private void transfer(DownloadProgress progress) throws IOException, InterruptedException {
    long done = Files.exists(part) ? Files.size(part) : 0;
    if (done > file.bytes()) {
      Files.delete(part);
      done = 0;
    }
    if (done == file.bytes()) {
      return;
    }
    HttpResponse<InputStream> response = ask(done);
    try (InputStream body = response.body()) {
      switch (response.statusCode()) {
        // The whole file, asked for or not: start again.
        case 200 -> done = 0;
        case 206 -> requireRange(response, done);
        default -> throw unreachable("the server answers " + response.statusCode(), null);
      }
      progress.onStart(file.name(), done, file.bytes());
      try {
        append(body, done, progress);
      } finally {
        progress.onEnd();
      }
    }
  }

  private HttpResponse<InputStream> ask(long done) throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(file.url()).timeout(ANSWER_TIMEOUT).header("User-Agent", "kindling");
    if (done > 0) {
      request.header("Range", "bytes=" + done + "-");
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private void requireRange(HttpResponse<?> response, long done) {
    String range = response.headers().firstValue("Content-Range").orElse("none");
    if (!range.startsWith("bytes " + done + "-")) {
      throw unreachable("asked for the bytes from " + done + ", the server sends " + range, null);
    }
  }

  private void append(InputStream body, long from, DownloadProgress progress) throws IOException {
    long done = from;
    StallGuard guard = new StallGuard(body, stallTimeout);
    try (guard;
        OutputStream out =
            from == 0
                ? Files.newOutputStream(part)
                : Files.newOutputStream(part, StandardOpenOption.APPEND)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        guard.alive();
        out.write(buffer, 0, read);
        done += read;
        if (done > file.bytes()) {
          break;
        }
        progress.onBytes(done);
      }
    } catch (IOException e) {
      throw cutOff(done, guard.stalled() ? stall(e) : e);
    }
    if (done > file.bytes()) {
      Files.delete(part);
      throw unreachable("expected " + file.bytes() + " bytes, the server sends more", null);
    }
    if (done < file.bytes()) {
      throw cutOff(done, guard.stalled() ? stall(null) : null);
    }
  }

  private IOException stall(IOException cause) {
    String seconds =
        BigDecimal.valueOf(stallTimeout.toMillis(), 3).stripTrailingZeros().toPlainString();
    return new IOException("no byte came for " + seconds + " s", cause);
  }

  private KindlingException cutOff(long done, IOException cause) {
    return unreachable(
        "it stopped after "
            + done
            + " of "
            + file.bytes()
            + " bytes"
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; run again to go on from there",
        cause);
  }

  private void requireHash() throws IOException {
    if (!sha256(part).equals(file.sha256())) {
      KindlingException mismatch =
          mismatch(part, "it has been removed, run again to download it anew");
      Files.delete(part);
      throw mismatch;
    }
  }

  private KindlingException mismatch(Path path, String wayOut) throws IOException {
    return new KindlingException(
        "Cannot use "
            + path.toAbsolutePath()
            + ": expected the SHA-256 "
            + file.sha256()
            + " of "
            + file.url()
            + " ("
            + file.bytes()
            + " bytes), found "
            + sha256(path)
            + " ("
            + Files.size(path)
            + " bytes); "
            + wayOut);
  }

  private static String sha256(Path path) throws IOException {
    try (DigestInputStream stream =
        new DigestInputStream(Files.newInputStream(path), MessageDigest.getInstance("SHA-256"))) {
      stream.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(stream.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private KindlingException unreachable(String reason, Throwable cause) {
    return new KindlingException(
        "Cannot download "
            + file.url()
            + ": "
            + reason
            + "; without a network, put the file by hand at "
            + place.toAbsolutePath(),
        cause);
  }
}
