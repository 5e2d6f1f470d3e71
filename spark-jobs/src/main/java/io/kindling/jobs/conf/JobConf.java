/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import java.util.List;

/**
 * A checked job configuration; {@code conf/reference.conf} says what each key means. Components
 * that may be null: {@code input}, {@code output}, {@code model}, {@code split}, {@code format},
 * {@code cacheDir}, {@code nativeMemory}.
 *
 * @param onBadRow one of fail, skip, quarantine
 */
public record JobConf(
    String input,
    String output,
    String model,
    boolean overwrite,
    String split,
    String format,
    String onBadRow,
    String cacheDir,
    String nativeMemory,
    GeneratedConf generated,
    ColumnsConf columns,
    CsvConf csv,
    ImageConf image,
    SplitsConf splits,
    TextConf text,
    SequenceConf sequence,
    NetworkConf network,
    TrainingConf training,
    ScoringConf scoring,
    DescribeConf describe,
    EvaluationConf evaluation,
    ExplainConf explain) {

  private static final List<String> FORMATS =
      List.of(
          "generated",
          "generated-reviews",
          "generated-sequences",
          "idx",
          "cifar10-binary",
          "image-folder",
          "text-folder",
          "csv",
          "json-lines",
          "parquet",
          "mnist",
          "fashion-mnist",
          "cifar-10",
          "imdb");

  private static final List<String> POLICIES = List.of("fail", "skip", "quarantine");

  static JobConf of(Settings settings) {
    return new JobConf(
        settings.optionalText("input"),
        settings.optionalText("output"),
        settings.optionalText("model"),
        settings.flag("overwrite"),
        settings.optionalText("split"),
        settings.optionalChoice("format", FORMATS),
        settings.choice("on-bad-row", POLICIES),
        settings.optionalLocalPath("cache-dir"),
        settings.optionalSize("native-memory"),
        GeneratedConf.of(settings),
        ColumnsConf.of(settings),
        CsvConf.of(settings),
        ImageConf.of(settings),
        SplitsConf.of(settings),
        TextConf.of(settings),
        SequenceConf.of(settings),
        NetworkConf.of(settings),
        TrainingConf.of(settings),
        ScoringConf.of(settings),
        DescribeConf.of(settings),
        EvaluationConf.of(settings),
        ExplainConf.of(settings));
  }

  /**
   * The same job with other paths, which may replace what is there.
   *
   * @param split as key {@code split}, or null
   */
  public JobConf replacing(String input, String output, String model, String split) {
    return new JobConf(
        input,
        output,
        model,
        true,
        split,
        format,
        onBadRow,
        cacheDir,
        nativeMemory,
        generated,
        columns,
        csv,
        image,
        splits,
        text,
        sequence,
        network,
        training,
        scoring,
        describe,
        evaluation,
        explain);
  }

  /**
   * What score does where there is a data set already, by {@code scoring.write} and {@code
   * overwrite}.
   *
   * @return refuse, overwrite or append
   * @throws ConfigurationException where the two contradict each other
   */
  public String scoringWrite() {
    String write = scoring.write();
    if (overwrite && write != null && !write.equals("overwrite")) {
      throw new ConfigurationException(
          "Cannot score: overwrite is true, but scoring.write is '%s'; leave one of them out"
              .formatted(write));
    }
    return write != null ? write : overwrite ? "overwrite" : "refuse";
  }

  /**
   * The value of a key without which a job cannot run.
   *
   * @param value the key's value, or null
   * @param job what the job does, for the message
   * @param meaning what the key is to hold
   * @throws ConfigurationException where {@code value} is null
   */
  public static String required(String value, String key, String job, String meaning) {
    if (value == null) {
      throw new ConfigurationException(
          String.format(
              "Cannot %s: key '%s' is not set; give %s with --set %s=..., or in a --conf file",
              job, key, meaning, key));
    }
    return value;
  }
}
