/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import java.util.Set;

/**
 * The classes that the JSON of a configuration may name. Deeplearning4j makes an object of whatever
 * class stands under {@code @class}, so that a file could name any class of the program that opens
 * it.
 */
final class ConfigurationClasses {
  /** Of Deeplearning4j and ND4J, nothing but what a configuration is made of. */
  private static final Set<String> PACKAGES =
      Set.of(
          "org.deeplearning4j.nn.conf.constraint",
          "org.deeplearning4j.nn.conf.distribution",
          "org.deeplearning4j.nn.conf.dropout",
          "org.deeplearning4j.nn.conf.graph",
          "org.deeplearning4j.nn.conf.graph.rnn",
          "org.deeplearning4j.nn.conf.inputs",
          "org.deeplearning4j.nn.conf.layers",
          "org.deeplearning4j.nn.conf.layers.convolutional",
          "org.deeplearning4j.nn.conf.layers.misc",
          "org.deeplearning4j.nn.conf.layers.objdetect",
          "org.deeplearning4j.nn.conf.layers.recurrent",
          "org.deeplearning4j.nn.conf.layers.samediff",
          "org.deeplearning4j.nn.conf.layers.util",
          "org.deeplearning4j.nn.conf.layers.variational",
          "org.deeplearning4j.nn.conf.layers.wrapper",
          "org.deeplearning4j.nn.conf.ocnn",
          "org.deeplearning4j.nn.conf.preprocessor",
          "org.deeplearning4j.nn.conf.stepfunctions",
          "org.deeplearning4j.nn.conf.weightnoise",
          "org.deeplearning4j.nn.modelimport.keras.layers",
          "org.deeplearning4j.nn.modelimport.keras.layers.core",
          "org.deeplearning4j.nn.modelimport.keras.preprocessors",
          "org.deeplearning4j.nn.weights",
          "org.deeplearning4j.nn.weights.embeddings",
          "org.nd4j.linalg.activations.impl",
          "org.nd4j.linalg.learning.config",
          "org.nd4j.linalg.learning.regularization",
          "org.nd4j.linalg.lossfunctions.impl",
          "org.nd4j.linalg.schedule");

  /** Of ours, by name: what trains, and what is saved. */
  private static final Set<String> OURS =
      Set.of(
          "io.kindling.layers.ReshapePreProcessor",
          "io.kindling.model.KerasLoss",
          "io.kindling.optimizers.Adadelta",
          "io.kindling.optimizers.Adagrad",
          "io.kindling.optimizers.DecoupledWeightDecay",
          "io.kindling.optimizers.Momentum",
          "io.kindling.optimizers.Nadam",
          "io.kindling.optimizers.RateSchedule");

  private ConfigurationClasses() {}

  /** Whether a configuration may name a class. Nothing is loaded for the answer. */
  static boolean allow(String name) {
    int dot = name.lastIndexOf('.');
    return OURS.contains(name)
        || (dot > 0
            && PACKAGES.contains(name.substring(0, dot))
            && name.substring(dot + 1).matches("[A-Za-z0-9_$]+"));
  }
}
