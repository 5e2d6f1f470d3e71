/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.data.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kindling.data.KindlingException;
import io.kindling.data.read.Cifar10BinaryReader;
import io.kindling.data.read.IdxReader;
import io.kindling.data.read.TextFolderReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
  @TempDir Path cache;

  private final byte[] content = new byte[300_000];
  private FileServer server;
  private Path place;

  @BeforeEach
  void serve() throws IOException {
    new Random(1).nextBytes(content);
    server = new FileServer(content);
    place = cache.resolve("toy/toy.gz");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static PublicDataSet set(RemoteFile file, String folder) {
    return new PublicDataSet("toy", List.of(file), folder, "idx", List.of("0"));
  }

  private Path fetch() {
    return new Catalogue(cache).fetch(set(server.file("toy.gz"), ""), DownloadProgress.NONE);
  }

  private String failure() {
    return assertThrows(KindlingException.class, this::fetch).getMessage();
  }

  private String byHand() {
    return "; without a network, put the file by hand at " + place;
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("toy"))) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals(".lock"))
          .sorted()
          .toList();
    }
  }

  private void putPart(byte[] bytes) throws IOException {
    Files.createDirectories(place.getParent());
    Files.write(cache.resolve("toy/toy.gz.part"), bytes);
  }

  @Test
  void downloadsOnceAndThenTakesTheCache() throws IOException {
    assertEquals(cache.resolve("toy"), fetch());
    fetch();
    assertArrayEquals(content, Files.readAllBytes(place));
    assertEquals(List.of("null"), server.ranges());
    assertEquals(List.of("toy.gz"), cached());
  }

  @Test
  void goesOnWhereAnEarlierTryEnded() throws IOException {
    server.cutAfter = 100_000;
    String message = failure();
    assertTrue(
        message.startsWith("Cannot download " + server.url("toy.gz") + ": it stopped after "),
        message);
    assertTrue(message.endsWith("; run again to go on from there" + byHand()), message);
    long there = Files.size(cache.resolve("toy/toy.gz.part"));
    assertTrue(there > 0 && there <= 100_000, there + " bytes kept");
    assertFalse(Files.exists(place));

    server.cutAfter = -1;
    fetch();
    assertArrayEquals(content, Files.readAllBytes(place));
    assertEquals(List.of("null", "bytes=" + there + "-"), server.ranges());
    assertEquals(List.of("toy.gz"), cached());
  }

  @Test
  void aBodyThatStallsEndsTheTryAndTheNextGoesOn() throws IOException {
    server.stallAfter = 100_000;
    Download download = new Download(server.file("toy.gz"), place, Duration.ofMillis(500));
    String message =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                assertThrows(KindlingException.class, () -> download.run(DownloadProgress.NONE))
                    .getMessage());
    long there = Files.size(cache.resolve("toy/toy.gz.part"));
    assertEquals(
        "Cannot download "
            + server.url("toy.gz")
            + ": it stopped after "
            + there
            + " of 300000 bytes (no byte came for 0.5 s); run again to go on from there"
            + byHand(),
        message);
    assertTrue(there > 0 && there <= 100_000, there + " bytes kept");

    server.goOn();
    download.run(DownloadProgress.NONE);
    assertArrayEquals(content, Files.readAllBytes(place));
    assertEquals(List.of("null", "bytes=" + there + "-"), server.ranges());
  }

  @Test
  void aSlowBodyIsNoStall() throws IOException {
    server.pauseMillis = 300;
    new Download(server.file("toy.gz"), place, Duration.ofSeconds(1)).run(DownloadProgress.NONE);
    assertArrayEquals(content, Files.readAllBytes(place));
  }

  @Test
  void startsAgainWhereTheServerIgnoresTheRange() throws IOException {
    putPart(Arrays.copyOf(content, 1234));
    server.honoursRanges = false;
    fetch();
    assertArrayEquals(content, Files.readAllBytes(place));
    assertEquals(List.of("bytes=1234-"), server.ranges());
  }

  @Test
  void anotherRangeThanAskedForIsAnError() throws IOException {
    putPart(Arrays.copyOf(content, 1234));
    server.wrongRangeStart = 0;
    assertEquals(
        "Cannot download "
            + server.url("toy.gz")
            + ": asked for the bytes from 1234, the server sends bytes 0-299999/*"
            + byHand(),
        failure());
  }

  @Test
  void aPartThatIsWholeNeedsNoServer() throws IOException {
    putPart(content);
    fetch();
    assertEquals(List.of(), server.ranges());
    assertArrayEquals(content, Files.readAllBytes(place));
  }

  @Test
  void aPartThatIsTooLongIsDroppedFirst() throws IOException {
    putPart(Arrays.copyOf(content, content.length + 1));
    fetch();
    assertArrayEquals(content, Files.readAllBytes(place));
  }

  @Test
  void anotherHashIsNamedAndTheFileRemoved() throws IOException {
    byte[] other = content.clone();
    other[7] ^= 1;
    RemoteFile file =
        new RemoteFile(server.url("toy.gz"), content.length, FileServer.sha256(other));
    Catalogue catalogue = new Catalogue(cache);
    String message =
        assertThrows(
                KindlingException.class,
                () -> catalogue.fetch(set(file, ""), DownloadProgress.NONE))
            .getMessage();
    assertEquals(
        "Cannot use "
            + place
            + ".part: expected the SHA-256 "
            + FileServer.sha256(other)
            + " of "
            + server.url("toy.gz")
            + " (300000 bytes), found "
            + FileServer.sha256(content)
            + " (300000 bytes); it has been removed, run again to download it anew",
        message);
    assertEquals(List.of(), cached());
  }

  @Test
  void aMissingFileNamesTheUrlAndWhereToPutItByHand() throws IOException {
    server.status = 404;
    assertEquals(
        "Cannot download " + server.url("toy.gz") + ": the server answers 404" + byHand(),
        failure());
    assertEquals(List.of(), cached());
  }

  @Test
  void withoutANetworkTheUrlAndThePathAreNamed() {
    server.close();
    String message = failure();
    assertTrue(message.startsWith("Cannot download " + server.url("toy.gz") + ": "), message);
    assertTrue(message.endsWith(byHand()), message);
  }

  @Test
  void aFilePutByHandIsTakenOnceItIsChecked() throws IOException {
    Files.createDirectories(place.getParent());
    Files.write(place, content);
    fetch();
    assertEquals(List.of(), server.ranges());

    Files.write(place, new byte[] {1});
    String message = failure();
    assertTrue(message.startsWith("Cannot use " + place + ": expected the SHA-256 "), message);
    assertTrue(message.endsWith("(1 bytes); remove it and run again to download it"), message);
    assertTrue(Files.exists(place), "a file put by hand is left alone");
  }

  @Test
  void moreBytesThanPublishedAreAnError() throws IOException {
    RemoteFile file = new RemoteFile(server.url("toy.gz"), 1000, "0");
    Catalogue catalogue = new Catalogue(cache);
    assertEquals(
        "Cannot download "
            + server.url("toy.gz")
            + ": expected 1000 bytes, the server sends more"
            + byHand(),
        assertThrows(
                KindlingException.class,
                () -> catalogue.fetch(set(file, ""), DownloadProgress.NONE))
            .getMessage());
    assertEquals(List.of(), cached());
  }

  @Test
  void progressCountsWhatWasThereBefore() throws IOException {
    putPart(Arrays.copyOf(content, 1000));
    List<Long> seen = new ArrayList<>();
    List<String> events = new ArrayList<>();
    DownloadProgress progress =
        new DownloadProgress() {
          @Override
          public void onStart(String name, long bytesDone, long bytes) {
            events.add(name + " " + bytesDone + " " + bytes);
          }

          @Override
          public void onBytes(long bytesDone) {
            seen.add(bytesDone);
          }

          @Override
          public void onEnd() {
            events.add("end");
          }
        };
    new Catalogue(cache).fetch(set(server.file("toy.gz"), ""), progress);
    assertEquals(List.of("toy.gz 1000 300000", "end"), events);
    assertEquals(300_000, seen.get(seen.size() - 1));
    assertEquals(seen.stream().sorted().toList(), seen);
  }

  @Test
  void aBarIsDrawnOnATerminalAlone() {
    assertInstanceOf(DownloadBar.class, DownloadProgress.console(true));
    assertInstanceOf(DownloadLog.class, DownloadProgress.console(false));
  }

  @Test
  void theBarAndTheLogTakeADownload() throws IOException {
    for (DownloadProgress progress : List.of(new DownloadBar(), new DownloadLog())) {
      Files.deleteIfExists(place);
      new Catalogue(cache).fetch(set(server.file("toy.gz"), ""), progress);
    }
  }

  private static byte[] tarGz(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (String name : names) {
        boolean link = name.endsWith("@");
        TarArchiveEntry entry =
            link
                ? new TarArchiveEntry(name, TarConstants.LF_SYMLINK)
                : new TarArchiveEntry(name, true);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (link) {
          entry.setLinkName("/etc/passwd");
        } else if (!entry.isDirectory()) {
          entry.setSize(text.length);
        }
        tar.putArchiveEntry(entry);
        if (!link && !entry.isDirectory()) {
          tar.write(text);
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private Path fetchArchive(byte[] archive) throws IOException {
    try (FileServer archives = new FileServer(archive)) {
      return new Catalogue(cache)
          .fetch(set(archives.file("toy.tar.gz"), "inner"), DownloadProgress.NONE);
    }
  }

  private String refusedArchive(byte[] archive) throws IOException {
    String message =
        assertThrows(KindlingException.class, () -> fetchArchive(archive)).getMessage();
    assertEquals(List.of("toy.tar.gz"), cached(), "nothing half-unpacked");
    assertFalse(Files.exists(cache.resolve("evil")));
    return message;
  }

  @Test
  void anArchiveIsUnpackedOnce() throws IOException {
    byte[] archive = tarGz("inner/", "inner/a.bin", "inner/deep/b.bin");
    Path folder = fetchArchive(archive);
    assertEquals(cache.resolve("toy/data/inner"), folder);
    assertEquals("inner/deep/b.bin", Files.readString(folder.resolve("deep/b.bin")));
    assertEquals(List.of("data", "toy.tar.gz"), cached());
    Files.delete(cache.resolve("toy/toy.tar.gz"));
    assertEquals(folder, fetchArchive(archive), "what is unpacked needs no archive any more");
  }

  @Test
  void anUnpackedSetIsAsOpenToOthersAsAnyNewFolder() throws IOException {
    Path folder = fetchArchive(tarGz("inner/a.bin")).getParent();
    Path plain = Files.createDirectory(cache.resolve("plain"));
    PosixFileAttributeView view = Files.getFileAttributeView(plain, PosixFileAttributeView.class);
    Assumptions.assumeTrue(view != null, "a file system without permissions");
    assertEquals(Files.getPosixFilePermissions(plain), Files.getPosixFilePermissions(folder));
  }

  @Test
  void anEntryThatLeadsOutOfTheFolderIsRefused() throws IOException {
    assertTrue(
        refusedArchive(tarGz("inner/a.bin", "../../evil"))
            .contains(": ../../evil would land outside of "));
  }

  @Test
  void anAbsoluteEntryIsRefused() throws IOException {
    assertTrue(refusedArchive(tarGz("/tmp/kindling-evil")).contains("would land outside of "));
  }

  @Test
  void aLinkInAnArchiveIsRefused() throws IOException {
    assertTrue(refusedArchive(tarGz("inner/link@")).endsWith("inner/link@ is no plain file"));
  }

  @Test
  void aDamagedArchiveIsNamed() throws IOException {
    byte[] archive = tarGz("inner/a.bin", "inner/b.bin");
    String message = refusedArchive(Arrays.copyOf(archive, archive.length - 20));
    assertTrue(message.startsWith("Cannot unpack " + cache.resolve("toy/toy.tar.gz")), message);
  }

  @Test
  void knowsTheFourPublicSets() {
    assertEquals(PublicDataSet.FASHION_MNIST, PublicDataSet.parse("Fashion-MNIST"));
    assertEquals(
        "Cannot fetch imagenet: the catalogue has mnist, fashion-mnist, cifar-10, imdb",
        assertThrows(KindlingException.class, () -> PublicDataSet.parse("imagenet")).getMessage());
    assertInstanceOf(IdxReader.class, PublicDataSet.MNIST.reader());
    assertInstanceOf(Cifar10BinaryReader.class, PublicDataSet.CIFAR_10.reader());
    assertInstanceOf(TextFolderReader.class, PublicDataSet.IMDB.reader());
    for (PublicDataSet set : PublicDataSet.all()) {
      for (RemoteFile file : set.files()) {
        assertEquals("https", file.url().getScheme());
        assertTrue(file.sha256().matches("[0-9a-f]{64}"), file.toString());
        assertTrue(file.bytes() > 4000, file.toString());
      }
    }
  }
}
