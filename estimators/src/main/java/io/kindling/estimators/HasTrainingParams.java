/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params of training. A stage holds one {@link TrainingParams}, made after its uid, and gets
 * params, setters and getters from here; each param's own documentation gives its range and
 * default.
 *
 * @param <S> the stage, which the setters return
 */
public interface HasTrainingParams<S> extends Params {
  /** The params of this stage. */
  TrainingParams trainingParams();

  default Param<String> engine() {
    return trainingParams().engine;
  }

  /** How replicas are trained together: averaging or dl4j-spark. */
  @SuppressWarnings("unchecked")
  default S setEngine(String value) {
    return (S) set(engine(), value);
  }

  default String getEngine() {
    return getOrDefault(engine());
  }

  default Param<String> labelCol() {
    return trainingParams().labelCol;
  }

  /** The column of labels. */
  @SuppressWarnings("unchecked")
  default S setLabelCol(String value) {
    return (S) set(labelCol(), value);
  }

  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default Param<String> validationIndicatorCol() {
    return trainingParams().validationIndicatorCol;
  }

  /** The boolean column that is true for rows that validate rather than train. */
  @SuppressWarnings("unchecked")
  default S setValidationIndicatorCol(String value) {
    return (S) set(validationIndicatorCol(), value);
  }

  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  default DoubleParam validationFraction() {
    return trainingParams().validationFraction;
  }

  /** The share of rows drawn at random to validate. */
  @SuppressWarnings("unchecked")
  default S setValidationFraction(double value) {
    return (S) set(validationFraction(), value);
  }

  default double getValidationFraction() {
    return (Double) getOrDefault(validationFraction());
  }

  default Param<String> weightCol() {
    return trainingParams().weightCol;
  }

  /** The column of weights by which each row's training loss is multiplied. */
  @SuppressWarnings("unchecked")
  default S setWeightCol(String value) {
    return (S) set(weightCol(), value);
  }

  default String getWeightCol() {
    return getOrDefault(weightCol());
  }

  default Param<String> network() {
    return trainingParams().network;
  }

  /** The network: a name, layers as a JSON array, or a DL4J configuration as JSON. */
  @SuppressWarnings("unchecked")
  default S setNetwork(String value) {
    return (S) set(network(), value);
  }

  default String getNetwork() {
    return getOrDefault(network());
  }

  default Param<String> optimizer() {
    return trainingParams().optimizer;
  }

  /** The optimizer, by its name in {@link io.kindling.network.OptimizerSpec#NAMES}. */
  @SuppressWarnings("unchecked")
  default S setOptimizer(String value) {
    return (S) set(optimizer(), value);
  }

  default String getOptimizer() {
    return getOrDefault(optimizer());
  }

  default DoubleParam learningRate() {
    return trainingParams().learningRate;
  }

  /** The step size. */
  @SuppressWarnings("unchecked")
  default S setLearningRate(double value) {
    return (S) set(learningRate(), value);
  }

  default double getLearningRate() {
    return (Double) getOrDefault(learningRate());
  }

  default DoubleParam l1() {
    return trainingParams().l1;
  }

  /** The L1 penalty. */
  @SuppressWarnings("unchecked")
  default S setL1(double value) {
    return (S) set(l1(), value);
  }

  default double getL1() {
    return (Double) getOrDefault(l1());
  }

  default DoubleParam l2() {
    return trainingParams().l2;
  }

  /** The L2 penalty. */
  @SuppressWarnings("unchecked")
  default S setL2(double value) {
    return (S) set(l2(), value);
  }

  default double getL2() {
    return (Double) getOrDefault(l2());
  }

  default DoubleParam momentum() {
    return trainingParams().momentum;
  }

  /** The share of sgd's last step that the next one keeps. */
  @SuppressWarnings("unchecked")
  default S setMomentum(double value) {
    return (S) set(momentum(), value);
  }

  default double getMomentum() {
    return (Double) getOrDefault(momentum());
  }

  default BooleanParam nesterov() {
    return trainingParams().nesterov;
  }

  /** Whether sgd's momentum looks ahead. */
  @SuppressWarnings("unchecked")
  default S setNesterov(boolean value) {
    return (S) set(nesterov(), value);
  }

  default boolean getNesterov() {
    return (Boolean) getOrDefault(nesterov());
  }

  default DoubleParam rho() {
    return trainingParams().rho;
  }

  /** The share of their running means that rmsprop and adadelta keep. */
  @SuppressWarnings("unchecked")
  default S setRho(double value) {
    return (S) set(rho(), value);
  }

  default double getRho() {
    return (Double) getOrDefault(rho());
  }

  default DoubleParam weightDecay() {
    return trainingParams().weightDecay;
  }

  /** By how much of the learning rate adamw shrinks weights. */
  @SuppressWarnings("unchecked")
  default S setWeightDecay(double value) {
    return (S) set(weightDecay(), value);
  }

  default double getWeightDecay() {
    return (Double) getOrDefault(weightDecay());
  }

  default Param<String> schedule() {
    return trainingParams().schedule;
  }

  /** How the learning rate goes: constant, step, exponential, polynomial or cosine. */
  @SuppressWarnings("unchecked")
  default S setSchedule(String value) {
    return (S) set(schedule(), value);
  }

  default String getSchedule() {
    return getOrDefault(schedule());
  }

  default DoubleParam decayEpochs() {
    return trainingParams().decayEpochs;
  }

  /** Epochs of a schedule's step, or until it ends. */
  @SuppressWarnings("unchecked")
  default S setDecayEpochs(double value) {
    return (S) set(decayEpochs(), value);
  }

  default double getDecayEpochs() {
    return (Double) getOrDefault(decayEpochs());
  }

  default DoubleParam decayRate() {
    return trainingParams().decayRate;
  }

  /** What the schedules step and exponential multiply the learning rate with. */
  @SuppressWarnings("unchecked")
  default S setDecayRate(double value) {
    return (S) set(decayRate(), value);
  }

  default double getDecayRate() {
    return (Double) getOrDefault(decayRate());
  }

  default DoubleParam endRate() {
    return trainingParams().endRate;
  }

  /** The learning rate at the end of the schedule polynomial. */
  @SuppressWarnings("unchecked")
  default S setEndRate(double value) {
    return (S) set(endRate(), value);
  }

  default double getEndRate() {
    return (Double) getOrDefault(endRate());
  }

  default DoubleParam power() {
    return trainingParams().power;
  }

  /** The power of the schedule polynomial. */
  @SuppressWarnings("unchecked")
  default S setPower(double value) {
    return (S) set(power(), value);
  }

  default double getPower() {
    return (Double) getOrDefault(power());
  }

  default DoubleParam alpha() {
    return trainingParams().alpha;
  }

  /** The share of the learning rate that the schedule cosine ends with. */
  @SuppressWarnings("unchecked")
  default S setAlpha(double value) {
    return (S) set(alpha(), value);
  }

  default double getAlpha() {
    return (Double) getOrDefault(alpha());
  }

  default DoubleParam warmupEpochs() {
    return trainingParams().warmupEpochs;
  }

  /** Epochs in which the learning rate rises to its full size. */
  @SuppressWarnings("unchecked")
  default S setWarmupEpochs(double value) {
    return (S) set(warmupEpochs(), value);
  }

  default double getWarmupEpochs() {
    return (Double) getOrDefault(warmupEpochs());
  }

  default IntParam warmupIterations() {
    return trainingParams().warmupIterations;
  }

  /** Minibatches of one worker in which the learning rate rises to its full size. */
  @SuppressWarnings("unchecked")
  default S setWarmupIterations(int value) {
    return (S) set(warmupIterations(), value);
  }

  default int getWarmupIterations() {
    return (Integer) getOrDefault(warmupIterations());
  }

  default IntParam epochs() {
    return trainingParams().epochs;
  }

  /** Passes over the training set. */
  @SuppressWarnings("unchecked")
  default S setEpochs(int value) {
    return (S) set(epochs(), value);
  }

  default int getEpochs() {
    return (Integer) getOrDefault(epochs());
  }

  default BooleanParam bucketing() {
    return trainingParams().bucketing;
  }

  /** Whether the sequences of a minibatch are of similar length. */
  @SuppressWarnings("unchecked")
  default S setBucketing(boolean value) {
    return (S) set(bucketing(), value);
  }

  default boolean getBucketing() {
    return (Boolean) getOrDefault(bucketing());
  }

  default IntParam batchSize() {
    return trainingParams().batchSize;
  }

  /** Examples in a minibatch of one worker. */
  @SuppressWarnings("unchecked")
  default S setBatchSize(int value) {
    return (S) set(batchSize(), value);
  }

  default int getBatchSize() {
    return (Integer) getOrDefault(batchSize());
  }

  default IntParam workers() {
    return trainingParams().workers;
  }

  /** Replicas that train side by side; 0 for the task slots of the cluster. */
  @SuppressWarnings("unchecked")
  default S setWorkers(int value) {
    return (S) set(workers(), value);
  }

  default int getWorkers() {
    return (Integer) getOrDefault(workers());
  }

  default IntParam averagingFrequency() {
    return trainingParams().averagingFrequency;
  }

  /** Minibatches that each worker fits between averages. */
  @SuppressWarnings("unchecked")
  default S setAveragingFrequency(int value) {
    return (S) set(averagingFrequency(), value);
  }

  default int getAveragingFrequency() {
    return (Integer) getOrDefault(averagingFrequency());
  }

  default LongParam seed() {
    return trainingParams().seed;
  }

  /** The seed of all that is random. */
  @SuppressWarnings("unchecked")
  default S setSeed(long value) {
    return (S) set(seed(), value);
  }

  default long getSeed() {
    return (Long) getOrDefault(seed());
  }

  default DoubleArrayParam pixelMean() {
    return trainingParams().pixelMean;
  }

  /** Subtracted from pixels of 0 to 1, one for each channel, red green blue. */
  @SuppressWarnings("unchecked")
  default S setPixelMean(double[] value) {
    return (S) set(pixelMean(), value);
  }

  default double[] getPixelMean() {
    return getOrDefault(pixelMean());
  }

  default DoubleArrayParam pixelStd() {
    return trainingParams().pixelStd;
  }

  /** Divides what is left, one for each channel. */
  @SuppressWarnings("unchecked")
  default S setPixelStd(double[] value) {
    return (S) set(pixelStd(), value);
  }

  default double[] getPixelStd() {
    return getOrDefault(pixelStd());
  }

  default DoubleParam clipNorm() {
    return trainingParams().clipNorm;
  }

  /** The largest L2 norm of each parameter's gradient. */
  @SuppressWarnings("unchecked")
  default S setClipNorm(double value) {
    return (S) set(clipNorm(), value);
  }

  default double getClipNorm() {
    return (Double) getOrDefault(clipNorm());
  }

  default DoubleParam clipValue() {
    return trainingParams().clipValue;
  }

  /** The largest absolute value of each element of a gradient. */
  @SuppressWarnings("unchecked")
  default S setClipValue(double value) {
    return (S) set(clipValue(), value);
  }

  default double getClipValue() {
    return (Double) getOrDefault(clipValue());
  }

  default IntParam earlyStoppingPatience() {
    return trainingParams().earlyStoppingPatience;
  }

  /** Epochs without a better one before training stops; 0 for never. */
  @SuppressWarnings("unchecked")
  default S setEarlyStoppingPatience(int value) {
    return (S) set(earlyStoppingPatience(), value);
  }

  default int getEarlyStoppingPatience() {
    return (Integer) getOrDefault(earlyStoppingPatience());
  }

  default DoubleParam earlyStoppingMinDelta() {
    return trainingParams().earlyStoppingMinDelta;
  }

  /** By how much a better epoch must be better. */
  @SuppressWarnings("unchecked")
  default S setEarlyStoppingMinDelta(double value) {
    return (S) set(earlyStoppingMinDelta(), value);
  }

  default double getEarlyStoppingMinDelta() {
    return (Double) getOrDefault(earlyStoppingMinDelta());
  }

  default Param<String> earlyStoppingMetric() {
    return trainingParams().earlyStoppingMetric;
  }

  /** What tells the better epoch: loss, or another metric of the validation rows. */
  @SuppressWarnings("unchecked")
  default S setEarlyStoppingMetric(String value) {
    return (S) set(earlyStoppingMetric(), value);
  }

  default String getEarlyStoppingMetric() {
    return getOrDefault(earlyStoppingMetric());
  }

  default Param<String> checkpointDir() {
    return trainingParams().checkpointDir;
  }

  /** The folder for checkpoints, and to go on from. */
  @SuppressWarnings("unchecked")
  default S setCheckpointDir(String value) {
    return (S) set(checkpointDir(), value);
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  default IntParam checkpointEveryRounds() {
    return trainingParams().checkpointEveryRounds;
  }

  /** Rounds of an epoch after which one more checkpoint is written. */
  @SuppressWarnings("unchecked")
  default S setCheckpointEveryRounds(int value) {
    return (S) set(checkpointEveryRounds(), value);
  }

  default int getCheckpointEveryRounds() {
    return (Integer) getOrDefault(checkpointEveryRounds());
  }

  default Param<String> initialModel() {
    return trainingParams().initialModel;
  }

  /** The saved model whose parameters training starts with. */
  @SuppressWarnings("unchecked")
  default S setInitialModel(String value) {
    return (S) set(initialModel(), value);
  }

  default String getInitialModel() {
    return getOrDefault(initialModel());
  }

  default Param<String> embeddingFile() {
    return trainingParams().embeddingFile;
  }

  /**
   * The file of word vectors that the network's embedding starts with; see {@link
   * #setEmbeddingWords}.
   */
  @SuppressWarnings("unchecked")
  default S setEmbeddingFile(String value) {
    return (S) set(embeddingFile(), value);
  }

  default String getEmbeddingFile() {
    return getOrDefault(embeddingFile());
  }

  default StringArrayParam embeddingWords() {
    return trainingParams().embeddingWords;
  }

  /** The words of the token ids, as {@code VocabularyIndexerModel.vocabulary()} gives them. */
  @SuppressWarnings("unchecked")
  default S setEmbeddingWords(List<String> words) {
    return (S) set(embeddingWords(), words.toArray(String[]::new));
  }

  default String[] getEmbeddingWords() {
    return getOrDefault(embeddingWords());
  }
}
