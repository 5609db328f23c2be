package org.c2fpl.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A process that measures.
 *
 * @param name shown with its figures
 * @param environment in addition to the orchestrator's
 */
public record Contender(String name, List<String> command, Map<String, String> environment) {

  Contender with(String variable, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(variable, value);
    return new Contender(name, command, more);
  }
}
