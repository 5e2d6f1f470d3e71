/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.model;

import io.kindling.data.KindlingException;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.serde.JsonMappers;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.cfg.MapperConfig;
import org.nd4j.shade.jackson.databind.jsontype.PolymorphicTypeValidator;

/**
 * Makes a configuration of a text that may come from anywhere.
 *
 * <p>{@code @class} is not the only place for a class: where an object is wanted, Jackson takes an
 * array of a class's name and the object, too. So the text is read once by Deeplearning4j's mapper
 * with a validator of types, and only then by Deeplearning4j.
 */
final class ConfigurationParser {
  private static final ObjectMapper STRICT = strict(JsonMappers.getMapper());

  /** For what was written before 1.0.0-beta, whose types have names instead of classes. */
  private static final ObjectMapper STRICT_LEGACY = strict(JsonMappers.getLegacyMapper());

  private ConfigurationParser() {}

  /**
   * Parses it.
   *
   * @throws KindlingException if it is no configuration, one of more than one input or output, or
   *     one with classes that it may not have
   */
  static NetworkConfiguration parse(String json) {
    return switch (ConfigurationText.check(json)) {
      case GRAPH ->
          NetworkConfiguration.of(
              parse(
                  json,
                  ComputationGraphConfiguration.class,
                  ComputationGraphConfiguration::fromJson));
      case LAYERS ->
          NetworkConfiguration.of(
              parse(json, MultiLayerConfiguration.class, MultiLayerConfiguration::fromJson));
    };
  }

  private static <T> T parse(String json, Class<T> kind, Function<String, T> parser) {
    if (!isRead(STRICT, json, kind)) {
      isRead(STRICT_LEGACY, json, kind);
    }
    try {
      return parser.apply(json);
    } catch (RuntimeException e) { // DL4J wraps what its JSON library throws
      throw new KindlingException(
          "Cannot build the network: the JSON is no DL4J " + kind.getSimpleName(), e);
    }
  }

  /**
   * Whether a mapper can read it; why not Deeplearning4j tells, which does more than its mapper.
   *
   * @throws KindlingException if it could, but for its classes
   */
  private static boolean isRead(ObjectMapper mapper, String json, Class<?> kind) {
    try {
      mapper.readValue(json, kind);
      return true;
    } catch (JsonProcessingException | RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof ForeignClassException foreign) {
          throw ConfigurationText.refusedClass(foreign.name);
        }
      }
      return false;
    }
  }

  private static ObjectMapper strict(ObjectMapper mapper) {
    return mapper.copy().setPolymorphicTypeValidator(new Allowed());
  }

  /** Thrown past Jackson, whose own exception of a denied type does not tell it. */
  private static final class ForeignClassException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String name;

    ForeignClassException(String name) {
      super(name);
      this.name = name;
    }
  }

  private static final class Allowed extends PolymorphicTypeValidator.Base {
    private static final long serialVersionUID = 1L;

    @Override
    public Validity validateSubClassName(MapperConfig<?> config, JavaType base, String name) {
      if (!ConfigurationClasses.allow(name)) {
        throw new ForeignClassException(name);
      }
      return Validity.ALLOWED;
    }
  }
}
