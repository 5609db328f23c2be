package org.c2fpl.workspace;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The content of a leaf's {@code _manifest.json}; the leaf is complete if this file exists.
 *
 * @param algorithm of the stage, which raises it when the same inputs and parameters give other
 *     rows; null in format 1, which had none: all were {@value #FIRST_ALGORITHM} then
 * @param parameters on which the rows depend besides the inputs
 * @param seed the seed of the command; part of the fingerprint only if the command names it among
 *     its parameters, because most stages do not depend on a seed
 * @param files the length of each file by its name; null in early manifests, and in those of
 *     folders that are not leaves; not part of the fingerprint
 * @param inputs the fingerprint of each input, by its leaf path or a name chosen by the stage
 * @param details of the result (iterations, losses, shapes); not part of the fingerprint
 */
@JsonIgnoreProperties(value = "fingerprint", allowGetters = true)
@JsonPropertyOrder({
  "format_version",
  "leaf",
  "command",
  "algorithm",
  "fingerprint",
  "parameters",
  "seed",
  "rows",
  "files",
  "inputs",
  "details",
  "versions",
  "started",
  "ended"
})
public record Manifest(
    @JsonProperty("format_version") int formatVersion,
    @JsonProperty("leaf") String leaf,
    @JsonProperty("command") String command,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("algorithm")
        @Nullable Integer algorithm,
    @JsonProperty("parameters") SortedMap<String, Object> parameters,
    @JsonProperty("seed") Long seed,
    @JsonProperty(value = "rows", required = true) long rows,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("files")
        @Nullable SortedMap<String, Long> files,
    @JsonProperty("inputs") SortedMap<String, String> inputs,
    @JsonProperty("details") ObjectNode details,
    @JsonProperty("versions") SortedMap<String, String> versions,
    @JsonProperty("started") String started,
    @JsonProperty("ended") String ended) {

  public Manifest {
    if (leaf == null || command == null || parameters == null || inputs == null) {
      throw new IllegalArgumentException("it lacks its leaf, command, parameters or inputs");
    }
    if (inputs.containsValue(null)) {
      throw new IllegalArgumentException("an input has no fingerprint");
    }
    if (files != null && files.containsValue(null)) {
      throw new IllegalArgumentException("a file has no length");
    }
    if ((formatVersion == FORMAT_WITHOUT_ALGORITHM) != (algorithm == null)) {
      throw new IllegalArgumentException(
          "of format " + formatVersion + " it has the algorithm " + algorithm);
    }
    if (rows < 0) {
      throw new IllegalArgumentException("it has " + rows + " rows");
    }
    details = details == null ? Json.object() : details;
  }

  public static final String FILE = "_manifest.json";

  /** The newest layout that this program reads and the one it writes. */
  public static final int FORMAT_VERSION = 2;

  private static final int FORMAT_WITHOUT_ALGORITHM = 1;

  /** The first algorithm of a stage. */
  public static final int FIRST_ALGORITHM = 1;

  /** The parameter with the salted hashes of the videos that were removed from a leaf. */
  public static final String FORGOTTEN = "forgotten";

  /**
   * The manifest of the leaf without the rows of some videos. Its fingerprint differs, so that
   * nothing made from the earlier leaf counts as up to date.
   *
   * @param hashes of the videos, by {@link ForgottenVideos#hash}
   * @param rowsRemoved of these videos
   */
  public Manifest without(Collection<String> hashes, long rowsRemoved, ObjectNode newDetails) {
    SortedSet<String> all = new TreeSet<>(hashes);
    if (parameters.get(FORGOTTEN) instanceof Collection<?> earlier) {
      earlier.forEach(hash -> all.add(hash.toString()));
    }
    SortedMap<String, Object> changed = new TreeMap<>(parameters);
    changed.put(FORGOTTEN, List.copyOf(all));
    return new Manifest(
        formatVersion,
        leaf,
        command,
        algorithm,
        changed,
        seed,
        rows - rowsRemoved,
        null,
        inputs,
        newDetails.put("forgotten_rows", newDetails.path("forgotten_rows").asLong(0) + rowsRemoved),
        versions,
        started,
        ended);
  }

  /** This manifest with these files. */
  Manifest withFiles(SortedMap<String, Long> lengths) {
    return new Manifest(
        formatVersion,
        leaf,
        command,
        algorithm,
        parameters,
        seed,
        rows,
        lengths,
        inputs,
        details,
        versions,
        started,
        ended);
  }

  /** The fingerprint from before videos were removed; the current one if none was. */
  public String fingerprintAsMade() {
    SortedMap<String, Object> before = new TreeMap<>(parameters);
    before.remove(FORGOTTEN);
    return fingerprint(before);
  }

  /** The effective {@link #algorithm}, in any format. */
  public int madeBy() {
    return algorithm == null ? FIRST_ALGORITHM : algorithm;
  }

  /** Equal for leaves made by the same algorithm from the same inputs and parameters. */
  @JsonProperty("fingerprint")
  public String fingerprint() {
    return fingerprint(parameters);
  }

  private String fingerprint(SortedMap<String, Object> parametersThen) {
    ObjectNode identity = Json.object();
    identity.put("leaf", leaf);
    identity.put("command", command);
    identity.set("parameters", Json.MAPPER.valueToTree(parametersThen));
    identity.set("inputs", Json.MAPPER.valueToTree(inputs));
    if (algorithm != null) {
      return Fingerprints.of(identity.put("algorithm", algorithm));
    }
    ObjectNode first = Json.object().put("format_version", formatVersion);
    return Fingerprints.sha256(first.setAll(identity).toString().getBytes(StandardCharsets.UTF_8));
  }
}
