/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a saved model tells of its origin. It goes with the model, whoever loads and saves it again.
 * All numbers in it are finite; metrics that are not have no entry.
 *
 * @param created when training ended, as ISO 8601 in UTC; null where that is not known
 * @param versions of the programs that trained it, by name
 * @param data what it was trained on; null where that is not known
 * @param layers the network's layers by name, with the number of their parameters, in order
 * @param settings of the training by the names of the estimator's params: texts, numbers, booleans
 *     and lists of these
 * @param workers replicas that were averaged; 0 where that is not known
 * @param bestEpoch the epoch, from 1, whose parameters the model has; 0 where that is not known
 * @param loss mean training loss of that epoch; null where that is not known
 * @param validation metrics on the validation set after that epoch; empty without one
 * @param history every epoch, in order: the learning curves
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ModelCard(
    String created,
    Map<String, String> versions,
    Data data,
    Map<String, Long> layers,
    Map<String, Object> settings,
    int workers,
    int bestEpoch,
    Double loss,
    Map<String, Double> validation,
    List<EpochSummary> history)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of a model that was not trained here, or by a version without cards. */
  public static final ModelCard NONE =
      new ModelCard(null, null, null, null, null, 0, 0, null, null, null);

  /**
   * What a model was trained on.
   *
   * @param features the column of the network's input
   * @param label the column of labels
   * @param examples rows in the training set
   * @param skipped rows that could not be used
   */
  public record Data(String features, String label, long examples, long skipped)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  public ModelCard {
    versions = versions == null ? Map.of() : new TreeMap<>(versions);
    layers = layers == null ? Map.of() : new LinkedHashMap<>(layers);
    settings = settings == null ? Map.of() : new TreeMap<>(settings);
    loss = loss == null || !Double.isFinite(loss) ? null : loss;
    validation = finite(validation);
    history = history == null ? List.of() : history.stream().map(ModelCard::finite).toList();
  }

  /** Whether it tells anything. */
  @JsonIgnore
  public boolean isEmpty() {
    return equals(NONE);
  }

  private static EpochSummary finite(EpochSummary epoch) {
    return new EpochSummary(
        epoch.epoch(),
        epoch.loss(),
        finite(epoch.validation()),
        epoch.seconds(),
        Double.isFinite(epoch.examplesPerSecond()) ? epoch.examplesPerSecond() : 0,
        epoch.ledger());
  }

  private static Map<String, Double> finite(Map<String, Double> metrics) {
    Map<String, Double> finite = new TreeMap<>();
    if (metrics != null) {
      metrics.forEach(
          (name, value) -> {
            if (value != null && Double.isFinite(value)) {
              finite.put(name, value);
            }
          });
    }
    return finite;
  }
}
