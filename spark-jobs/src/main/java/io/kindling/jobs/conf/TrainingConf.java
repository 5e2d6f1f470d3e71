/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.conf;

import io.kindling.model.Loss;
import io.kindling.network.OptimizerSpec;
import java.util.List;

/**
 * Keys {@code training.*}.
 *
 * @param task classification or regression
 * @param loss one of the task's; null for its default
 * @param labelSmoothing of a classification; null for none
 * @param topK of a classification; null for its default
 * @param standardizeLabel of a regression; null for its default
 * @param engine averaging or dl4j-spark
 * @param workers replicas trained side by side; null for one for each task slot
 * @param optimizer null for adam, or for what network.json brings
 * @param learningRate null for the optimizer's usual one, or for what network.json brings
 * @param momentum of sgd; null for its default, as {@code nesterov}, {@code rho} and {@code
 *     weightDecay}
 * @param validationShare share of the training rows, 0 to 0.9
 * @param weightColumn column of the rows' weights, or null
 * @param classWeights one for each class, or null
 * @param clipNorm null for no limit, as {@code clipValue}
 * @param initialModel null to start with random parameters
 */
public record TrainingConf(
    String task,
    String loss,
    Double labelSmoothing,
    Integer topK,
    Boolean standardizeLabel,
    String engine,
    int epochs,
    int batchSize,
    boolean bucketing,
    Integer workers,
    int averagingFrequency,
    long seed,
    String optimizer,
    Double learningRate,
    double l1,
    double l2,
    Double momentum,
    Boolean nesterov,
    Double rho,
    Double weightDecay,
    ScheduleConf schedule,
    double validationShare,
    String weightColumn,
    List<Double> classWeights,
    AugmentationConf augmentation,
    AveragingConf averaging,
    Double clipNorm,
    Double clipValue,
    String initialModel,
    EarlyStoppingConf earlyStopping,
    CheckpointConf checkpoint) {
  private static final double LARGEST_CLIP = 1e9;

  private static final String CLASSIFICATION = "classification";
  private static final String REGRESSION = "regression";

  static TrainingConf of(Settings settings) {
    String task = settings.choice("training.task", List.of(CLASSIFICATION, REGRESSION));
    return new TrainingConf(
        task,
        settings.optionalChoice(
            "training.loss", task.equals(REGRESSION) ? Loss.OF_NUMBERS : Loss.OF_CLASSES),
        settings.optionalShare("training.label-smoothing"),
        settings.optionalInteger("training.top-k", 1, Integer.MAX_VALUE),
        settings.optionalFlag("training.standardize-label"),
        settings.choice("training.engine", List.of("averaging", "dl4j-spark")),
        settings.integer("training.epochs", 1, Integer.MAX_VALUE),
        settings.integer("training.batch-size", 1, Integer.MAX_VALUE),
        settings.flag("training.bucketing"),
        settings.optionalInteger("training.workers", 1, Integer.MAX_VALUE),
        settings.integer("training.averaging-frequency", 1, Integer.MAX_VALUE),
        settings.whole("training.seed", Long.MIN_VALUE, Long.MAX_VALUE),
        settings.optionalChoice("training.optimizer", OptimizerSpec.NAMES),
        settings.optionalPositive("training.learning-rate", 10),
        settings.number("training.l1", 0, 1),
        settings.number("training.l2", 0, 1),
        settings.optionalShare("training.momentum"),
        settings.optionalFlag("training.nesterov"),
        settings.optionalShare("training.rho"),
        settings.optionalNumber("training.weight-decay", 0, 10),
        ScheduleConf.of(settings),
        settings.number("training.validation-share", 0, 0.9),
        settings.optionalText("training.weight-column"),
        settings.optionalNumbers("training.class-weights"),
        AugmentationConf.of(settings),
        AveragingConf.of(settings),
        settings.optionalPositive("training.clip-norm", LARGEST_CLIP),
        settings.optionalPositive("training.clip-value", LARGEST_CLIP),
        settings.optionalText("training.initial-model"),
        EarlyStoppingConf.of(settings),
        CheckpointConf.of(settings));
  }

  /** Whether labels are numbers to predict rather than classes. */
  public boolean isRegression() {
    return task.equals(REGRESSION);
  }
}
