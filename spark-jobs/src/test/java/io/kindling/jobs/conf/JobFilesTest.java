/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobFilesTest {
  @TempDir private Path folder;

  @Test
  void withoutAnyFileAllKeysHaveTheirDefaults() {
    JobConf conf = new JobFiles().read();

    assertNull(conf.input());
    assertNull(conf.split());
    assertFalse(conf.overwrite());
    assertEquals("fail", conf.onBadRow());
    assertEquals(0.2, conf.splits().test());
    assertNull(conf.network().layers());
    assertNull(conf.training().workers());
    assertNull(conf.training().optimizer());
    assertNull(conf.training().learningRate());
    assertNull(conf.scoring().batchSize());
  }

  @Test
  void laterFilesAndThenSettingsWin() throws IOException {
    Path first = file("first.conf", "training { epochs = 1, batch-size = 2, seed = 3 }");
    Path second = file("second.conf", "training { batch-size = 20, seed = 30 }");

    JobConf conf = new JobFiles().addFile(first).addFile(second).set("training.seed=300").read();

    assertEquals(1, conf.training().epochs());
    assertEquals(20, conf.training().batchSize());
    assertEquals(300, conf.training().seed());
  }

  @Test
  void aFileMayIncludeAnother() throws IOException {
    file("base.conf", "training.epochs = 7");
    Path file =
        file("job.conf", "include required(\"base.conf\")\ninput = ${output}/in\noutput = a");

    JobConf conf = new JobFiles().addFile(file).read();

    assertEquals(7, conf.training().epochs());
    assertEquals("a/in", conf.input());
  }

  @Test
  void settingsAreTakenAsTheyStand() {
    JobConf conf =
        new JobFiles()
            .set("input=hdfs://host:9000/a b/{x,y}*?#&$1=\\z")
            .set("output = ")
            .set("output=null")
            .set("model=\"null\"")
            .set("network.layers=[{dense {units = 256, activation = relu}}]")
            .read();

    assertEquals("hdfs://host:9000/a b/{x,y}*?#&$1=\\z", conf.input());
    assertNull(conf.output());
    assertEquals("null", conf.model());
    assertEquals(
        List.of(Map.of("dense", Map.of("units", 256, "activation", "relu"))),
        conf.network().layers());
  }

  @Test
  void anUnknownKeyIsNamedWithItsPlaceAndTheNearestKnownOne() throws IOException {
    Path file = file("job.conf", "input = a\ntraining {\n  epoch = 3\n}\n");

    assertError(
        "Cannot read the configuration: unknown key 'training.epoch' ("
            + file
            + " line 3); the nearest known key is 'training.epochs'",
        new JobFiles().addFile(file));
  }

  @ParameterizedTest
  @CsvSource({
    "outptu, output",
    "on_bad_row, on-bad-row",
    "batch-size, scoring.batch-size",
    "epochs, training.epochs",
    "training.batchSize, training.batch-size",
    "trainig.epochs, training.epochs",
    "training.epochs.max, training.epochs",
    "network.layer, network.layers",
    "training.augmentation.flip, training.augmentation.shift",
  })
  void anUnknownSettingIsAnswered(String unknown, String nearest) {
    String setting = unknown + "=1";
    assertError(
        String.format(
            "Cannot read the configuration: unknown key '%s' (--set %s); the nearest known key is"
                + " '%s'",
            unknown, setting, nearest),
        new JobFiles().set(setting));
  }

  @Test
  void scoringTakesListsOfNames() {
    ScoringConf scoring =
        new JobFiles()
            .set("scoring.columns=[]")
            .set("scoring.outputs=[prediction]")
            .set("scoring.partition-by=[day, prediction]")
            .read()
            .scoring();
    assertEquals(List.of(), scoring.columns());
    assertEquals(List.of("prediction"), scoring.outputs());
    assertEquals(List.of("day", "prediction"), scoring.partitionBy());
    for (String names : List.of("id", "[id, id]", "[id, [a]]", "[null]")) {
      ConfigurationException thrown =
          assertThrows(
              ConfigurationException.class,
              () -> new JobFiles().set("scoring.columns=" + names).read());
      assertTrue(
          thrown.getMessage().endsWith("; wanted: a list of names, each once, such as [id, label]"),
          thrown::getMessage);
    }
  }

  @Test
  void keysOfStreamsNeedAStream() {
    assertError(
        "Cannot read the configuration: scoring.checkpoint.dir (--set scoring.checkpoint.dir=c) is"
            + " set, but scoring.mode = stream is not, without which it means nothing",
        new JobFiles().set("scoring.checkpoint.dir=c"));
    StreamConf stream =
        new JobFiles()
            .set("scoring.mode=stream").set("scoring.checkpoint.dir=c").read().scoring().stream();
    assertEquals(new StreamConf("c", null, 10, 1000, null, false), stream);
  }

  @Test
  void theCacheIsLocal() {
    assertError(
        "Cannot read the configuration: cache-dir is 'hdfs://host/cache' (--set"
            + " cache-dir=hdfs://host/cache); wanted: a local folder, without a scheme",
        new JobFiles().set("cache-dir=hdfs://host/cache"));
    assertEquals("/my/cache", new JobFiles().set("cache-dir=/my/cache").read().cacheDir());
  }

  @Test
  void imagesAreFittedToASize() {
    assertError(
        "Cannot read the configuration: image.fit is set (--set image.fit=crop) and image.height"
            + " and image.width are not; set all three or no image.fit",
        new JobFiles().set("image.fit=crop"));
  }

  @Test
  void aValueWhereAGroupIsExpectedIsAnError() {
    assertError(
        "Cannot read the configuration: 'splits' (--set splits=0.1) is a group of keys, not a"
            + " value; it holds seed, test, validation",
        new JobFiles().set("splits=0.1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.epochs=ten | training.epochs is 'ten' | a whole number of 1 or more",
        "training.epochs=0 | training.epochs is '0' | a whole number of 1 or more",
        "training.epochs=1.5 | training.epochs is '1.5' | a whole number of 1 or more",
        "training.epochs=99999999999 | training.epochs is '99999999999' | a whole number of 1 or"
            + " more",
        "training.epochs=null | training.epochs is null | a whole number of 1 or more",
        "training.epochs=[1] | training.epochs is [1] | a whole number of 1 or more",
        "training.seed=x | training.seed is 'x' | a whole number",
        "text.pattern=(a | text.pattern is '(a' | a Java regular expression (Unclosed group)",
        "text.stop-words=yes | text.stop-words is 'yes' | one of danish, dutch, english, finnish,"
            + " french, german, hungarian, italian, norwegian, portuguese, russian, spanish,"
            + " swedish, turkish; the nearest is danish",
        "text.vocabulary-size=2 | text.vocabulary-size is '2' | a whole number from 3 to 10000000",
        "text.min-documents=-1 | text.min-documents is '-1' | a number from 0 to 10000000",
        "text.length=0 | text.length is '0' | a whole number from 1 to 10000000",
        "text.truncating=middle | text.truncating is 'middle' | one of pre, post; the nearest is"
            + " pre",
        "sequence.length=0 | sequence.length is '0' | a whole number of 1 or more",
        "sequence.truncating=end | sequence.truncating is 'end' | one of pre, post; the nearest is"
            + " pre",
        "image.height=5000 | image.height is '5000' | a whole number from 1 to 4096",
        "image.channels=2 | image.channels is '2' | one of 1, 3, 4; the nearest is 1",
        "splits.test=1 | splits.test is '1' | a number from 0 to 0.9",
        "training.learning-rate=0 | training.learning-rate is '0' | a number above 0, at most 10",
        "training.learning-rate=NaN | training.learning-rate is 'NaN' | a number above 0, at most"
            + " 10",
        "overwrite=yes | overwrite is 'yes' | true or false",
        "on-bad-row=ignore | on-bad-row is 'ignore' | one of fail, skip, quarantine; the nearest is"
            + " fail",
        "training.optimizer=Adam | training.optimizer is 'Adam' | one of sgd, momentum, rmsprop,"
            + " adam, adamw, adamax, nadam, amsgrad, adagrad, adadelta; the nearest is adam",
        "training.momentum=1 | training.momentum is '1' | a number of 0 or more, less than 1",
        "training.schedule.type=cosin | training.schedule.type is 'cosin' | one of constant, step,"
            + " exponential, polynomial, cosine; the nearest is cosine",
        "training.schedule.alpha=1.5 | training.schedule.alpha is '1.5' | a number from 0 to 1",
        "input=[a] | input is [\"a\"] | text",
        "network.layers=dense | network.layers is 'dense' | a list of at least one element",
        "network.layers=[flatten, null] | network.layers is null | a list without null",
        "network.layers=[] | network.layers is [] | a list of at least one element",
      })
  void aWrongValueIsNamedWithWhatIsWanted(String setting, String is, String wanted) {
    assertError(
        String.format(
            "Cannot read the configuration: %s (--set %s); wanted: %s", is, setting, wanted),
        new JobFiles().set(setting));
  }

  @Test
  void aWrongValueInAFileIsNamedWithItsLine() throws IOException {
    Path file = file("job.conf", "training {\n\n  epochs = many\n}\n");

    assertError(
        "Cannot read the configuration: training.epochs is 'many' ("
            + file
            + " line 3); wanted: a whole number of 1 or more",
        new JobFiles().addFile(file));
  }

  @Test
  void twoNetworksAreOneTooMany() {
    assertError(
        "Cannot read the configuration: network.name (--set network.name=mlp) and network.json"
            + " (--set network.json=a.json) are both set; unset one of them, for example with"
            + " --set network.json=null",
        new JobFiles().set("network.name=mlp").set("network.json=a.json"));
  }

  @Test
  void heightNeedsWidth() {
    assertError(
        "Cannot read the configuration: image.height is set (--set image.height=28) and"
            + " image.width is not; set both or neither",
        new JobFiles().set("image.height=28"));
  }

  @Test
  void sharesThatLeaveNothingToTrainOnAreAnError() {
    assertError(
        "Cannot read the configuration: splits.validation 0.5 (--set splits.validation=0.5) and"
            + " splits.test 0.5 (--set splits.test=0.5) leave nothing to train on; wanted:"
            + " together below 1",
        new JobFiles().set("splits.validation=0.5").set("splits.test=0.5"));
  }

  @Test
  void thereAreTwoEngines() {
    assertEquals("averaging", new JobFiles().read().training().engine());
    assertEquals(
        "dl4j-spark", new JobFiles().set("training.engine=dl4j-spark").read().training().engine());
    assertError(
        "Cannot read the configuration: training.engine is 'horovod' (--set"
            + " training.engine=horovod); wanted: one of averaging, dl4j-spark; the nearest is"
            + " averaging",
        new JobFiles().set("training.engine=horovod"));
  }

  @Test
  void aMissingFileIsAnError() {
    Path missing = folder.resolve("missing.conf");
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> new JobFiles().addFile(missing));
    assertEquals("Cannot read the configuration: no file " + missing, e.getMessage());
  }

  @Test
  void aFileThatIsNotHoconIsAnErrorWithItsLine() throws IOException {
    Path file = file("job.conf", "input = a\noutput = }\n");
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> new JobFiles().addFile(file));
    assertTrue(
        e.getMessage().startsWith("Cannot read the configuration: " + file + ": 2: "),
        e.getMessage());
  }

  @Test
  void aSubstitutionWithoutValueIsAnError() throws IOException {
    Path file = file("job.conf", "input = ${kindling.nowhere}\n");
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> new JobFiles().addFile(file).read());
    assertTrue(
        e.getMessage().contains("job.conf: 1: Could not resolve substitution to a value:"),
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"training.epochs", "=3"})
  void aSettingWithoutKeyOrValueIsAnError(String setting) {
    ConfigurationException e =
        assertThrows(ConfigurationException.class, () -> new JobFiles().set(setting));
    assertEquals(
        "Cannot read the command line: '--set " + setting + "' is not --set KEY=VALUE",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart.conf",
        "mnist-mlp.conf",
        "imdb-lstm.conf",
        "imdb-bilstm-attention.conf",
        "imdb-cnn.conf",
        "sequence-lstm.conf",
        "reviews-lstm.conf",
        "mnist-cnn.conf",
        "fashion-mnist-cnn.conf",
        "cifar10-cnn.conf"
      })
  void everyFileOfTheProjectIsACompleteJob(String name) {
    JobConf conf = new JobFiles().addPackaged(name).read();

    assertFalse(conf.network().layers().isEmpty());
    assertFalse(conf.format().isEmpty());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static void assertError(String message, JobFiles files) {
    assertEquals(message, assertThrows(ConfigurationException.class, files::read).getMessage());
  }
}
