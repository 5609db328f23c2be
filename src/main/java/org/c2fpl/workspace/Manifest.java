package org.c2fpl.workspace;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;

/**
 * What stands in a leaf's {@code _manifest.json}; the leaf is complete when it is there.
 *
 * @param parameters what the rows depend on besides the inputs
 * @param seed the seed of the command; part of the fingerprint only where the command names it
 *     among its parameters, because most stages depend on no seed
 * @param inputs the fingerprint of each input, by its leaf path or a name of the stage's
 * @param details what the stage tells about its result (iterations, losses, shapes); no part of the
 *     fingerprint
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({
  "format_version",
  "leaf",
  "command",
  "fingerprint",
  "parameters",
  "seed",
  "rows",
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
    @JsonProperty("parameters") SortedMap<String, Object> parameters,
    @JsonProperty("seed") Long seed,
    @JsonProperty("rows") long rows,
    @JsonProperty("inputs") SortedMap<String, String> inputs,
    @JsonProperty("details") ObjectNode details,
    @JsonProperty("versions") SortedMap<String, String> versions,
    @JsonProperty("started") String started,
    @JsonProperty("ended") String ended) {

  public static final String FILE = "_manifest.json";

  /** The newest layout that this program reads and the one it writes. */
  public static final int FORMAT_VERSION = 1;

  /** Equal for leaves made by the same command from the same inputs and parameters. */
  @JsonProperty("fingerprint")
  public String fingerprint() {
    ObjectNode identity = Json.MAPPER.createObjectNode();
    identity.put("format_version", formatVersion);
    identity.put("leaf", leaf);
    identity.put("command", command);
    identity.set("parameters", Json.MAPPER.valueToTree(parameters));
    identity.set("inputs", Json.MAPPER.valueToTree(inputs));
    return Fingerprints.sha256(identity.toString().getBytes(StandardCharsets.UTF_8));
  }
}
