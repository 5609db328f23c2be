package org.c2fpl.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.SortedMap;

/**
 * The result of a section: the content of {@code docs/benchmarks/<section>.json}.
 *
 * @param about the measurement and its method
 * @param quick whether sizes were reduced, so that the figures say little
 * @param machine on which it ran
 */
public record SectionResult(
    @JsonProperty("section") String section,
    @JsonProperty("title") String title,
    @JsonProperty("about") String about,
    @JsonProperty("command") String command,
    @JsonProperty("quick") boolean quick,
    @JsonProperty("date") String date,
    @JsonProperty("machine") SortedMap<String, String> machine,
    @JsonProperty("versions") SortedMap<String, String> versions,
    @JsonProperty("comparisons") List<Comparison> comparisons,
    @JsonProperty("notes") List<String> notes) {}
