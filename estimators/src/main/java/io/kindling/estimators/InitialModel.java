/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.estimators;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.averaging.ReplicaSpec;
import io.kindling.averaging.TrainingState;
import io.kindling.data.KindlingException;
import io.kindling.input.HostArrays;
import io.kindling.model.NetworkArtifact;
import io.kindling.model.NetworkModel;
import io.kindling.model.NumberTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A saved model that training starts with: of the same network, but perhaps trained otherwise. */
final class InitialModel {
  private static final Logger LOG = LoggerFactory.getLogger(InitialModel.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LAYER = Pattern.compile("confs\\.(\\d+)\\.layer\\.(.+)");

  /** The key of a layer's optimizer in DL4J's JSON, in lower case. */
  private static final String OPTIMIZER = "iupdater";

  private static final String BIAS_OPTIMIZER = "biasupdater";

  /** What tells how a network is trained rather than what it computes; in lower case. */
  private static final Set<String> OF_TRAINING =
      Set.of(
          OPTIMIZER,
          "biasupdater",
          "regularization",
          "regularizationbias",
          "gradientnormalization",
          "gradientnormalizationthreshold",
          "idropout",
          "weightinitfn",
          "weightinitfnrecurrent",
          "biasinit",
          "gaininit",
          "forgetgatebiasinit",
          "weightnoise",
          "constraints",
          "layername",
          "lossfn",
          // What an embedding works out of its last minibatch.
          "inputlength",
          "seed",
          "epochcount",
          "iterationcount",
          "optimizationalgo",
          "stepfunction",
          "maxnumlinesearchiterations",
          "minimize",
          "minibatch",
          "cachemode",
          "trainingworkspacemode",
          "inferenceworkspacemode",
          "backproptype",
          "tbpttbacklength",
          "tbpttfwdlength",
          "validateoutputlayerconfig",
          "variables",
          // What a graph works out when it is initialised.
          "topologicalorder",
          "topologicalorderstr");

  private final String path;
  private final NetworkArtifact artifact;

  /**
   * Loads it.
   *
   * @throws KindlingException if there is none, or it is damaged
   */
  InitialModel(String path) {
    this.path = path;
    try {
      this.artifact = NetworkModel.load(path).artifact();
    } catch (Exception e) { // also what Spark throws without saying so
      KindlingException ours = KindlingException.in(e);
      String reason = String.valueOf((ours == null ? e : ours).getMessage());
      // Of nested failures the innermost of ours is shown: it must not be that of loading.
      throw refused(
          reason.lines().findFirst().orElse("it cannot be loaded"), ours == null ? e : null);
    }
  }

  /**
   * The number that it predicts.
   *
   * @throws KindlingException if it predicts classes
   */
  NumberTarget number() {
    if (artifact.target() instanceof NumberTarget number) {
      return number;
    }
    throw refused("it predicts one of classes, this training a number", null);
  }

  /**
   * The state that training starts from: the model's parameters; its optimizer's state and count of
   * iterations, too, where the optimizer is of the same kind, else fresh ones.
   *
   * @param spec what is to be trained
   * @param labels what it is trained on
   * @param fresh the state that it would start from otherwise
   * @throws KindlingException naming the first thing in which the model is another
   */
  TrainingState state(ReplicaSpec spec, TrainingLabels labels, TrainingState fresh) {
    if (artifact.target() instanceof NumberTarget && !(labels.target() instanceof NumberTarget)) {
      throw refused("it predicts a number, this training one of classes", null);
    }
    if (!artifact.labels().equals(labels.names())) {
      throw refused(
          "its classes are %s, the training set's are %s"
              .formatted(shortened(artifact.labels()), shortened(labels.names())),
          null);
    }
    if (!artifact.input().equals(spec.input())) {
      throw refused(inputs(spec), null);
    }
    JsonNode mine = tree(artifact.configuration());
    JsonNode wanted = tree(spec.configuration());
    String difference = difference("", mine, wanted);
    if (difference != null) {
      throw refused("its network is another: " + difference, null);
    }
    if (artifact.params().length * (long) Float.BYTES != fresh.params().length) {
      throw refused(
          "it has %d parameters, the network %d"
              .formatted(artifact.params().length, fresh.params().length / Float.BYTES),
          null);
    }
    boolean sameOptimizer =
        layout(mine).equals(layout(wanted))
            && artifact.updaterState().length * (long) Float.BYTES == fresh.updaterState().length;
    LOG.info(
        "Training starts with the model {}, {}",
        path,
        sameOptimizer
            ? "and its optimizer's state after %d iterations".formatted(artifact.iterations())
            : "with a fresh optimizer");
    return new TrainingState(
        HostArrays.toBytes(artifact.params()),
        sameOptimizer ? HostArrays.toBytes(artifact.updaterState()) : fresh.updaterState(),
        sameOptimizer ? artifact.iterations() : fresh.iterations());
  }

  private String inputs(ReplicaSpec spec) {
    String its = artifact.input().toString();
    String wanted = spec.input().toString();
    return its.equals(wanted)
        ? "its pixels are scaled by %s, those of this training by %s"
            .formatted(artifact.input().scaling(), spec.input().scaling())
        : "it takes %s, the training set has %s".formatted(its, wanted);
  }

  /** The first place, by path, where two configurations would compute something else. */
  private static String difference(String at, JsonNode mine, JsonNode wanted) {
    if (mine.isObject() && wanted.isObject()) {
      Set<String> names = new TreeSet<>();
      mine.fieldNames().forEachRemaining(names::add);
      wanted.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        if (!OF_TRAINING.contains(name.toLowerCase(Locale.ROOT))) {
          String found =
              difference(at.isEmpty() ? name : at + "." + name, mine.path(name), wanted.path(name));
          if (found != null) {
            return found;
          }
        }
      }
      return null;
    }
    if (mine.isArray() && wanted.isArray() && mine.size() == wanted.size()) {
      for (int i = 0; i < mine.size(); i++) {
        String found = difference(at + "." + i, mine.get(i), wanted.get(i));
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    if (mine.equals(wanted)) {
      return null;
    }
    if (at.equals("confs")) {
      return "it has %d layers, the network %d".formatted(mine.size(), wanted.size());
    }
    Matcher layer = LAYER.matcher(at);
    return "%s is %s, here %s"
        .formatted(
            layer.matches()
                ? layer.group(2) + " of layer " + (Integer.parseInt(layer.group(1)) + 1)
                : at,
            shown(mine),
            shown(wanted));
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "not set" : shortened(value.toString());
  }

  private static String shortened(Collection<?> values) {
    return shortened(values.toString());
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /**
   * The kinds of all optimizers, layer by layer, each with whether it is the one before: DL4J keeps
   * the state of neighbouring parameters together where their optimizers are equal.
   */
  private static List<String> layout(JsonNode configuration) {
    List<String> layout = new ArrayList<>();
    JsonNode before = null;
    for (JsonNode optimizer : optimizers(configuration)) {
      layout.add(optimizer.path("@class").asText() + (optimizer.equals(before) ? "" : " anew"));
      before = optimizer;
    }
    return layout;
  }

  private static List<JsonNode> optimizers(JsonNode configuration) {
    List<JsonNode> found = new ArrayList<>();
    if (configuration.isObject()) {
      configuration
          .fields()
          .forEachRemaining(
              field -> {
                String key = field.getKey().toLowerCase(Locale.ROOT);
                if (key.equals(OPTIMIZER) || key.equals(BIAS_OPTIMIZER)) {
                  found.add(field.getValue());
                } else {
                  found.addAll(optimizers(field.getValue()));
                }
              });
    } else {
      configuration.forEach(element -> found.addAll(optimizers(element)));
    }
    return found;
  }

  private JsonNode tree(String configuration) {
    try {
      return JSON.readTree(configuration);
    } catch (JsonProcessingException e) {
      throw refused("its configuration is no JSON", e);
    }
  }

  private KindlingException refused(String reason, Exception cause) {
    return new KindlingException(
        "Cannot start with the model %s (training.initial-model): %s".formatted(path, reason),
        cause);
  }
}
