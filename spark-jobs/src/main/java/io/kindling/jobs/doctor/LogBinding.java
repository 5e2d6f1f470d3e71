/* SPDX-License-Identifier: Apache-2.0 */
package io.kindling.jobs.doctor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What slf4j hands the log to.
 *
 * @param isTwo whether its API is that of slf4j 2, as Spark's is
 * @param providers jars with a provider for slf4j 2
 * @param oldBindings jars with a binding for slf4j 1
 */
record LogBinding(boolean isTwo, List<String> providers, List<String> oldBindings)
    implements Check {
  private static final String API = "org/slf4j/spi/SLF4JServiceProvider.class";
  private static final String PROVIDER = "META-INF/services/org.slf4j.spi.SLF4JServiceProvider";
  private static final String OLD = "org/slf4j/impl/StaticLoggerBinder.class";

  static LogBinding here() {
    return new LogBinding(!places(API).isEmpty(), places(PROVIDER), places(OLD));
  }

  private static List<String> places(String name) {
    return ClassPath.resources(name).stream()
        .map(url -> ClassPath.place(url, name))
        .distinct()
        .toList();
  }

  @Override
  public List<Finding> findings(String where) {
    if (!isTwo) {
      return List.of(
          Finding.warn(
              "slf4j",
              where,
              "slf4j-api is of version 1, and with Spark's log4j-slf4j2-impl nothing is logged",
              "put slf4j-api 2.0.7 on the class path in its place"));
    }
    if (providers.isEmpty()) {
      return List.of(
          Finding.warn(
              "slf4j",
              where,
              "there is no provider, so nothing is logged",
              "add log4j-slf4j2-impl to the class path"));
    }
    Set<String> others = new LinkedHashSet<>(oldBindings);
    if (providers.size() > 1) {
      others.addAll(providers);
    }
    return others.isEmpty()
        ? List.of(Finding.ok("slf4j", where, "one provider, " + providers.get(0)))
        : List.of(
            Finding.warn(
                "slf4j",
                where,
                "more than one binding, of which an arbitrary one gets the log: "
                    + String.join(" and ", others),
                "leave only log4j-slf4j2-impl on the class path"));
  }
}
