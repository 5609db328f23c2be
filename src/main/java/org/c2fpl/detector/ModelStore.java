package org.c2fpl.detector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Workspace;

/**
 * The detectors of a workspace: {@code model/versions/<id>/} with {@code detector.json}, {@code
 * coefficients}, {@code updater} and, where features are standardised, {@code feature_profile};
 * {@code model/current.json} names the version in use.
 *
 * <p>Loading reads numbers and executes nothing: JSON is read into plain nodes, every field is
 * checked for type and bounds, unknown fields are refused, and arrays are allocated only for what
 * the architecture needs and the file's length confirms. File names are fixed, none comes from a
 * file.
 *
 * <p>Number files: an 8-byte magic, then little-endian values; their SHA-256 stands in {@code
 * detector.json}.
 */
public final class ModelStore {
  /** Of {@code detector.json}. Version 1 had a hidden layer's parameters in another order. */
  public static final int FORMAT_VERSION = 2;

  private static final int OLDEST_VERSION = 2;
  private static final int CURRENT_VERSION = 1;
  public static final String ARCHITECTURE = "gated-attention";

  /** Of a training: how well its scores rank the pseudo-labels. */
  public static final String LABEL_AUC = "label_auc";

  /** What the manifest says of the training, too. */
  private static final List<String> DETAILS = List.of("losses", LABEL_AUC, "doubts");

  private static final String FOLDER = "model";
  private static final String CURRENT = "current.json";
  private static final String DETECTOR = "detector.json";
  private static final String COEFFICIENTS = "coefficients";
  private static final String UPDATER = "updater";
  private static final String PROFILE = "feature_profile";

  /** The SHA-256 of all other fields, which tells a file that somebody changed. */
  private static final String DIGEST = "sha256";

  private static final Pattern ID = Pattern.compile("detector-[0-9a-f]{12}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final String CHECKSUM = "its checksum is wrong";
  private static final int MAX_JSON = 16 << 20;
  private static final long MAX_PARAMETERS = 1L << 28;
  private static final long COEFFICIENTS_MAGIC = 0x4332_4650_4c63_6f31L; // "C2FPLco1"
  private static final long UPDATER_MAGIC = 0x4332_4650_4c75_7031L; // "C2FPLup1"
  private static final long PROFILE_MAGIC = 0x4332_4650_4c70_7231L; // "C2FPLpr1"

  private final Workspace workspace;

  public ModelStore(Workspace workspace) {
    this.workspace = workspace.holding(FOLDER);
  }

  /** The folder that training may keep its checkpoints in. */
  public Path checkpoints() {
    return workspace.path(FOLDER + "/_checkpoints");
  }

  /**
   * Stores a version, which {@link #promote} makes the current one. A version is there when its
   * {@code detector.json} is, which is written last.
   *
   * @param updater the updater's state, float32 little-endian
   * @param fingerprint of the inputs and parameters it was trained from
   * @param training for people: plan, losses, machines, versions; no part of what loading
   *     interprets
   * @param draft for the version's manifest, which tells the same as a table's
   * @return the version's id
   */
  public String save(
      DetectorModel model,
      byte[] updater,
      String fingerprint,
      ObjectNode training,
      ManifestDraft draft) {
    String id = model.id();
    ObjectNode json = Json.object();
    json.put("format_version", FORMAT_VERSION);
    json.put("id", id);
    json.put("fingerprint", fingerprint);
    json.putObject("architecture")
        .put("type", ARCHITECTURE)
        .setAll((ObjectNode) Json.MAPPER.valueToTree(model.architecture().stored()));
    json.put("parameters", model.architecture().parameterCount());
    json.put("parameter_hash", model.parameterHash());
    json.put("updater_values", updater.length / Float.BYTES);
    json.put("updater_sha256", Fingerprints.sha256(updater));
    byte[] profile = model.profile() == null ? null : bytes(model.profile());
    json.put("standardized", profile != null);
    if (profile != null) {
      json.put("feature_profile_sha256", Fingerprints.sha256(profile));
    }
    json.put("smooth", model.smooth());
    json.put("threshold", model.threshold());
    json.put("threshold_rule", model.thresholdRule());
    json.set("training", training);
    json.put(DIGEST, digest(json));
    write(id, COEFFICIENTS, COEFFICIENTS_MAGIC, model.parameters());
    write(id, UPDATER, UPDATER_MAGIC, updater);
    if (profile != null) {
      write(id, PROFILE, PROFILE_MAGIC, profile);
    }
    ObjectNode details = Json.object();
    DETAILS.stream()
        .filter(training::has)
        .forEach(field -> details.set(field, training.get(field)));
    Manifest manifest = draft.manifest(folder(id), training.path("segments").asLong(), details);
    try {
      workspace.writeAtomically(file(id, Manifest.FILE), Json.MAPPER.writeValueAsBytes(manifest));
      workspace.writeAtomically(file(id, DETECTOR), Json.MAPPER.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    return id;
  }

  /**
   * Makes a version the current one, at once and as a whole.
   *
   * @throws DataException if the workspace has no such version, or it is not as this program writes
   *     it
   */
  public void promote(String id) {
    load(id);
    ObjectNode current = Json.object();
    current.put("format_version", CURRENT_VERSION);
    current.put("version", id);
    try {
      workspace.writeAtomically(
          workspace.path(FOLDER + "/" + CURRENT), Json.MAPPER.writeValueAsBytes(current));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A stored version.
   *
   * @param made when it was stored, ISO 8601 in UTC
   */
  public record Version(String id, String made) {}

  /** The stored versions of a format that this program knows, the newest first. */
  public List<Version> versions() {
    List<Version> versions = new ArrayList<>();
    for (String id : ids()) {
      int version = json(file(id, DETECTOR)).orElseThrow().path("format_version").asInt();
      if (version >= OLDEST_VERSION && version <= FORMAT_VERSION) {
        versions.add(new Version(id, made(id)));
      }
    }
    // As instants: their texts have as many fractional digits as they need.
    versions.sort(Comparator.comparing(ModelStore::instant).thenComparing(Version::id).reversed());
    return versions;
  }

  private String made(String id) {
    return json(file(id, Manifest.FILE)).map(json -> json.path("ended").asText()).orElse("");
  }

  private static Instant instant(Version version) {
    try {
      return Instant.parse(version.made());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** Where a comparison of two versions is kept. */
  public Path comparison(String current, String candidate) {
    return workspace.path(FOLDER + "/comparisons/" + candidate + "-with-" + current + ".json");
  }

  /** The id of the version in use; empty where none was trained. */
  public Optional<String> current() {
    Path file = workspace.path(FOLDER + "/" + CURRENT);
    Optional<JsonNode> json = json(file);
    if (json.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = new Fields(file, json.get(), Set.of("format_version", "version"));
    fields.formatVersion(CURRENT_VERSION, CURRENT_VERSION);
    return Optional.of(fields.text("version", ID));
  }

  /** The version in use. */
  public DetectorModel load() {
    return load(requireCurrent());
  }

  /** The id of the version in use; refuses a workspace without one. */
  public String requireCurrent() {
    return current()
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot find a model in workspace "
                        + workspace.root()
                        + ": none was trained yet. Run 'c2fpl train' first."));
  }

  /** The ids of all complete versions, in the order of their names. */
  public List<String> ids() {
    return folders().stream().filter(id -> json(file(id, DETECTOR)).isPresent()).toList();
  }

  /** What a crash left of versions: folders without {@code detector.json}. */
  public List<String> unfinished() {
    return folders().stream().filter(id -> json(file(id, DETECTOR)).isEmpty()).toList();
  }

  /** The folder of a version, relative to the workspace. */
  public static String folder(String id) {
    return FOLDER + "/versions/" + id;
  }

  /** What a version was trained from; empty where it has no manifest. */
  public Optional<Manifest> manifest(String id) {
    Path file = file(id, Manifest.FILE);
    return json(file)
        .map(
            node -> {
              try {
                return Json.MAPPER.treeToValue(node, Manifest.class);
              } catch (JsonProcessingException e) {
                throw refused(file, e.getOriginalMessage());
              }
            });
  }

  /** The hash of a version's parameters. */
  public String parameterHash(String id) {
    return detector(id).text("parameter_hash", SHA256);
  }

  private List<String> folders() {
    Path all = workspace.path(FOLDER + "/versions");
    try {
      if (!workspace.fileSystem().exists(all)) {
        return List.of();
      }
      List<String> ids = new ArrayList<>();
      for (FileStatus status : workspace.fileSystem().listStatus(all)) {
        if (status.isDirectory() && ID.matcher(status.getPath().getName()).matches()) {
          ids.add(status.getPath().getName());
        }
      }
      Collections.sort(ids);
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The threshold of a version; empty where the workspace has no such version. */
  public Optional<Double> threshold(String id) {
    if (id == null || !ID.matcher(id).matches() || json(file(id, DETECTOR)).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(detector(id).number("threshold"));
  }

  /** The fingerprint of what a version was trained from. */
  public String fingerprint(String id) {
    return detector(id).text("fingerprint", SHA256);
  }

  /** What {@code detector.json} tells people about the training. */
  public ObjectNode training(String id) {
    return detector(id).object("training");
  }

  /**
   * Loads a version.
   *
   * @throws DataException if anything about it is not as this program writes it
   */
  public DetectorModel load(String id) {
    Fields fields = detector(id);
    Path file = file(id, DETECTOR);
    DetectorArchitecture architecture = architecture(fields);
    long count = architecture.parameterCount();
    if (count > MAX_PARAMETERS || fields.integer("parameters", 1, Long.MAX_VALUE) != count) {
      throw refused(
          file,
          "it has "
              + fields.integer("parameters", 1, Long.MAX_VALUE)
              + " parameters where its architecture needs "
              + count);
    }
    byte[] parameters =
        read(
            id,
            COEFFICIENTS,
            COEFFICIENTS_MAGIC,
            count * Float.BYTES,
            fields.text("parameter_hash", SHA256));
    FeatureProfile profile = null;
    if (fields.bool("standardized")) {
      profile =
          profile(
              id,
              read(
                  id,
                  PROFILE,
                  PROFILE_MAGIC,
                  2L * architecture.dim() * Double.BYTES,
                  fields.text("feature_profile_sha256", SHA256)));
    }
    FeatureProfile standardizer = profile;
    DetectorModel model =
        checked(
            file,
            () ->
                new DetectorModel(
                    architecture,
                    parameters,
                    standardizer,
                    fields.has("smooth") ? fields.number("smooth") : 0,
                    fields.number("threshold"),
                    fields.text("threshold_rule", null)));
    if (!model.id().equals(id)) {
      throw refused(file, "its coefficients are those of " + model.id());
    }
    // Last, because a field that cannot be says more.
    if (!fields.has(DIGEST)) {
      throw refused(file, "it has no SHA-256 of its own: it was changed");
    }
    if (!fields.text(DIGEST, SHA256).equals(digest(fields.json))) {
      throw refused(file, "its SHA-256 is not the one in it: it was changed");
    }
    return model;
  }

  /** Of the other fields as they are read back. */
  private static String digest(JsonNode detector) {
    try {
      ObjectNode others = (ObjectNode) Json.MAPPER.readTree(detector.toString());
      others.remove(DIGEST);
      return Fingerprints.sha256(others.toString().getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The updater's state of a version, float32 little-endian. */
  public byte[] loadUpdater(String id) {
    Fields fields = detector(id);
    long values = fields.integer("updater_values", 0, 2 * MAX_PARAMETERS);
    return read(
        id, UPDATER, UPDATER_MAGIC, values * Float.BYTES, fields.text("updater_sha256", SHA256));
  }

  /**
   * Refuses a version of which not every file is there as it was written. Their lengths and hashes
   * are in {@code detector.json}.
   */
  public void requireWhole(String id) {
    load(id);
    loadUpdater(id);
  }

  private Fields detector(String id) {
    if (!ID.matcher(id).matches()) {
      throw new DataException(
          "Cannot load model '" + id + "': that is no version's name. Name one of model/versions.");
    }
    Path file = file(id, DETECTOR);
    JsonNode json = json(file).orElseThrow(() -> refused(file, "it is not there"));
    Fields fields =
        new Fields(
            file,
            json,
            Set.of(
                "format_version",
                "id",
                "fingerprint",
                "architecture",
                "parameters",
                "parameter_hash",
                "updater_values",
                "updater_sha256",
                "standardized",
                "feature_profile_sha256",
                "smooth",
                "threshold",
                "threshold_rule",
                "training",
                DIGEST));
    fields.formatVersion(OLDEST_VERSION, FORMAT_VERSION);
    return fields;
  }

  private static DetectorArchitecture architecture(Fields fields) {
    Fields shape =
        new Fields(
            fields.file,
            fields.object("architecture"),
            Set.of("type", "dim", "crops", "hidden", "retain", "l2", "attention", "decay_biases"));
    shape.text("type", Pattern.compile(Pattern.quote(ARCHITECTURE)));
    JsonNode sizes = shape.json.path("hidden");
    if (!sizes.isArray() || sizes.size() > DetectorArchitecture.MAX_LAYERS) {
      throw refused(fields.file, "its hidden sizes are no short list");
    }
    List<Integer> hidden = new ArrayList<>();
    for (JsonNode size : sizes) {
      if (!size.canConvertToInt() || !size.isIntegralNumber()) {
        throw refused(fields.file, "a hidden size is " + Fields.brief(size));
      }
      hidden.add(size.intValue());
    }
    return checked(
        fields.file,
        () ->
            new DetectorArchitecture(
                (int) shape.integer("dim", 1, DetectorArchitecture.MAX_DIM),
                (int) shape.integer("crops", 1, DetectorArchitecture.MAX_CROPS),
                hidden,
                shape.number("retain"),
                shape.number("l2"),
                // A detector of before these were choices has the first and not the second.
                !shape.has("attention") || shape.bool("attention"),
                shape.has("decay_biases") && shape.bool("decay_biases")));
  }

  /** Reads a JSON file of bounded size into plain nodes. */
  private Optional<JsonNode> json(Path file) {
    try {
      long length = workspace.fileSystem().getFileStatus(file).getLen();
      if (length > MAX_JSON) {
        throw refused(file, "it has " + length + " bytes");
      }
      try (InputStream in = workspace.fileSystem().open(file)) {
        byte[] bytes = in.readNBytes(MAX_JSON);
        return Optional.of(
            Json.MAPPER
                .reader()
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .readTree(bytes));
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw refused(file, "it is no JSON (" + e.getOriginalMessage() + ")");
    } catch (ChecksumException e) {
      throw refused(file, CHECKSUM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String id, String name, long magic, byte[] values) {
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES + values.length).putLong(magic).put(values).array();
    workspace.writeAtomically(file(id, name), bytes);
  }

  private byte[] read(String id, String name, long magic, long length, String sha256) {
    Path file = file(id, name);
    try {
      long found = workspace.fileSystem().getFileStatus(file).getLen();
      if (found != Long.BYTES + length || length > Integer.MAX_VALUE - 64) {
        throw refused(
            file, "it has " + found + " bytes where " + (Long.BYTES + length) + " belong");
      }
      byte[] bytes;
      try (InputStream in = workspace.fileSystem().open(file)) {
        byte[] start = in.readNBytes(Long.BYTES);
        if (start.length < Long.BYTES || ByteBuffer.wrap(start).getLong() != magic) {
          throw refused(file, "it does not start as this program's " + name + " do");
        }
        bytes = in.readNBytes((int) length);
      }
      if (bytes.length != length || !Fingerprints.sha256(bytes).equals(sha256)) {
        throw refused(file, "its SHA-256 is not that in " + DETECTOR);
      }
      return bytes;
    } catch (FileNotFoundException e) {
      throw refused(file, "it is not there");
    } catch (ChecksumException e) {
      throw refused(file, CHECKSUM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(FeatureProfile profile) {
    ByteBuffer buffer =
        ByteBuffer.allocate(2 * profile.dimensions() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asDoubleBuffer().put(profile.mean()).put(profile.deviation());
    return buffer.array();
  }

  private FeatureProfile profile(String id, byte[] bytes) {
    var values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    double[] mean = new double[values.remaining() / 2];
    double[] deviation = new double[mean.length];
    values.get(mean).get(deviation);
    return checked(file(id, PROFILE), () -> new FeatureProfile(mean, deviation));
  }

  private Path file(String id, String name) {
    return workspace.path(folder(id) + "/" + name);
  }

  private static <T> T checked(Path file, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw refused(file, e.getMessage());
    }
  }

  private static DataException refused(Path file, String found) {
    return new DataException(
        "Cannot load model file "
            + file
            + ": "
            + found
            + ". Train again with 'c2fpl train --write-mode overwrite', or restore the file.");
  }

  /** The fields of one JSON object, each asked for by type and bounds. */
  private static final class Fields {
    private final Path file;
    private final JsonNode json;

    Fields(Path file, JsonNode json, Set<String> known) {
      this.file = file;
      this.json = json;
      if (!json.isObject()) {
        throw refused(file, "it is no JSON object");
      }
      for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!known.contains(name)) {
          throw refused(file, "it has an unknown field " + brief(name));
        }
      }
      refuseTypeNames(json);
    }

    /** Nothing here is polymorphic; a type name is an attempt at something else. */
    private void refuseTypeNames(JsonNode node) {
      for (Iterator<Map.Entry<String, JsonNode>> fields = node.fields(); fields.hasNext(); ) {
        Map.Entry<String, JsonNode> field = fields.next();
        if (field.getKey().startsWith("@")) {
          throw refused(file, "it has a field " + brief(field.getKey()));
        }
        refuseTypeNames(field.getValue());
      }
      if (node.isArray()) {
        node.forEach(this::refuseTypeNames);
      }
    }

    void formatVersion(int oldest, int newest) {
      long version = integer("format_version", 1, Integer.MAX_VALUE);
      if (version > newest) {
        throw new DataException(
            "Cannot load model file "
                + file
                + ": it has format_version "
                + version
                + " and this program knows up to "
                + newest
                + ". Use the program's version that wrote it, or a newer one.");
      }
      if (version < oldest) {
        throw new DataException(
            "Cannot load model file "
                + file
                + ": it has format_version "
                + version
                + ", from before version "
                + oldest
                + " of the format. Train again with 'c2fpl train --write-mode overwrite', or use"
                + " the program's version that wrote it.");
      }
    }

    long integer(String name, long least, long most) {
      JsonNode value = json.path(name);
      if (!value.isIntegralNumber()
          || !value.canConvertToLong()
          || value.longValue() < least
          || value.longValue() > most) {
        throw wrong(name, value);
      }
      return value.longValue();
    }

    boolean has(String name) {
      return json.has(name);
    }

    double number(String name) {
      JsonNode value = json.path(name);
      if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
        throw wrong(name, value);
      }
      return value.doubleValue();
    }

    boolean bool(String name) {
      JsonNode value = json.path(name);
      if (!value.isBoolean()) {
        throw wrong(name, value);
      }
      return value.booleanValue();
    }

    String text(String name, Pattern pattern) {
      JsonNode value = json.path(name);
      if (!value.isTextual() || pattern != null && !pattern.matcher(value.textValue()).matches()) {
        throw wrong(name, value);
      }
      return value.textValue();
    }

    ObjectNode object(String name) {
      JsonNode value = json.path(name);
      if (!(value instanceof ObjectNode object)) {
        throw wrong(name, value);
      }
      return object;
    }

    private DataException wrong(String name, JsonNode value) {
      return refused(
          file,
          value.isMissingNode() ? "it has no " + name : "its " + name + " is " + brief(value));
    }

    static String brief(Object value) {
      String text = value.toString();
      return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
  }
}
