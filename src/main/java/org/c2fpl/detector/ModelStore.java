package org.c2fpl.detector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
 * coefficients} and, if features are standardised, {@code feature_profile}; {@code
 * model/current.json} names the version in use.
 *
 * <p>Loading reads numbers and executes nothing: JSON is read into plain nodes and records whose
 * fields are checked for type and bounds, unknown fields are refused, and arrays are allocated only
 * for what the architecture needs and the file's length confirms. File names are fixed and never
 * read from a file.
 *
 * <p>Number files: an 8-byte magic, then little-endian values; {@code detector.json} has their
 * SHA-256.
 */
public final class ModelStore {
  /**
   * The format version of {@code detector.json}. Version 1 had another order of a hidden layer's
   * parameters.
   */
  public static final int FORMAT_VERSION = 2;

  private static final int OLDEST_VERSION = 2;
  private static final int CURRENT_VERSION = 1;

  /** Field of a training: how well its scores rank the pseudo-labels. */
  public static final String LABEL_AUC = "label_auc";

  /** The fields of the training that the manifest has, too. */
  private static final List<String> DETAILS = List.of("losses", LABEL_AUC, "doubts");

  private static final String FOLDER = "model";
  private static final String CURRENT = "current.json";
  private static final String DETECTOR = "detector.json";
  private static final String COEFFICIENTS = "coefficients";
  private static final String PROFILE = "feature_profile";

  /** The SHA-256 of all other fields, which reveals a changed file. */
  private static final String DIGEST = "sha256";

  private static final long MAX_PARAMETERS = 1L << 28;
  private static final long COEFFICIENTS_MAGIC = 0x4332_4650_4c63_6f31L; // "C2FPLco1"
  private static final long PROFILE_MAGIC = 0x4332_4650_4c70_7231L; // "C2FPLpr1"

  private final Workspace workspace;
  private final ModelFiles files;

  public ModelStore(Workspace workspace) {
    this.workspace = workspace.holding(FOLDER);
    this.files = new ModelFiles(workspace);
  }

  /** The folder for the checkpoints of trainings. */
  public Path checkpoints() {
    return workspace.path(FOLDER + "/_checkpoints");
  }

  /**
   * Stores a version, which {@link #promote} can make the current one. A version exists once its
   * {@code detector.json} exists, which is written last.
   *
   * @param fingerprint of the inputs and parameters it was trained from
   * @param training for people: plan, losses, machines, versions; loading does not interpret it
   * @param draft the draft of the version's manifest, which has the same fields as that of a table
   * @return the version's id
   */
  public String save(
      DetectorModel model, String fingerprint, ObjectNode training, ManifestDraft draft) {
    String id = model.id();
    byte[] profile = model.profile() == null ? null : bytes(model.profile());
    ObjectNode json =
        Json.MAPPER.valueToTree(
            new StoredDetector(
                FORMAT_VERSION,
                id,
                fingerprint,
                StoredDetector.Shape.of(model.architecture()),
                model.architecture().parameterCount(),
                model.parameterHash(),
                profile != null,
                profile == null ? null : Fingerprints.sha256(profile),
                model.smooth(),
                model.threshold(),
                model.thresholdRule(),
                training,
                null));
    json.put(DIGEST, digest(json));
    files.write(file(id, COEFFICIENTS), COEFFICIENTS_MAGIC, model.parameters());
    if (profile != null) {
      files.write(file(id, PROFILE), PROFILE_MAGIC, profile);
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
   * Makes a version the current one, atomically.
   *
   * @throws DataException if the workspace has no such version, or if it is not in the form that
   *     this program writes
   */
  public void promote(String id) {
    load(id);
    try {
      workspace.writeAtomically(
          workspace.path(FOLDER + "/" + CURRENT),
          Json.MAPPER.writeValueAsBytes(new StoredDetector.Current(CURRENT_VERSION, id)));
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

  /** The stored versions in a format that this program can read, newest first. */
  public List<Version> versions() {
    List<Version> versions = new ArrayList<>();
    for (String id : ids()) {
      int version = files.json(file(id, DETECTOR)).orElseThrow().path("format_version").asInt();
      if (version >= OLDEST_VERSION && version <= FORMAT_VERSION) {
        versions.add(new Version(id, made(id)));
      }
    }
    // Compared as instants, since their texts differ in the number of fractional digits.
    versions.sort(Comparator.comparing(ModelStore::instant).thenComparing(Version::id).reversed());
    return versions;
  }

  private String made(String id) {
    return files.json(file(id, Manifest.FILE)).map(json -> json.path("ended").asText()).orElse("");
  }

  private static Instant instant(Version version) {
    try {
      return Instant.parse(version.made());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** The file of a comparison of two versions. */
  public Path comparison(String current, String candidate) {
    return workspace.path(FOLDER + "/comparisons/" + candidate + "-with-" + current + ".json");
  }

  /** The id of the current version; empty if none was trained. */
  public Optional<String> current() {
    Path file = workspace.path(FOLDER + "/" + CURRENT);
    return files
        .json(file)
        .map(
            json ->
                ModelFiles.content(
                    StoredDetector.Current.class, file, json, CURRENT_VERSION, CURRENT_VERSION))
        .map(StoredDetector.Current::version);
  }

  /** The current version. */
  public DetectorModel load() {
    return load(requireCurrent());
  }

  /** The id of the current version; refuses a workspace without one. */
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
    return folders().stream().filter(id -> files.json(file(id, DETECTOR)).isPresent()).toList();
  }

  /** Remnants of versions after a crash: folders without {@code detector.json}. */
  public List<String> unfinished() {
    return folders().stream().filter(id -> files.json(file(id, DETECTOR)).isEmpty()).toList();
  }

  /** The folder of a version, relative to the workspace. */
  public static String folder(String id) {
    return FOLDER + "/versions/" + id;
  }

  /** The inputs of a version; empty if it has no manifest. */
  public Optional<Manifest> manifest(String id) {
    Path file = file(id, Manifest.FILE);
    return files
        .json(file)
        .map(
            node -> {
              try {
                return Json.MAPPER.treeToValue(node, Manifest.class);
              } catch (JsonProcessingException e) {
                throw ModelFiles.refused(file, e.getOriginalMessage());
              }
            });
  }

  /** The hash of a version's parameters. */
  public String parameterHash(String id) {
    return detector(id).parameterHash();
  }

  private List<String> folders() {
    Path all = workspace.path(FOLDER + "/versions");
    try {
      if (!workspace.fileSystem().exists(all)) {
        return List.of();
      }
      List<String> ids = new ArrayList<>();
      for (FileStatus status : workspace.fileSystem().listStatus(all)) {
        if (status.isDirectory()
            && StoredDetector.ID.matcher(status.getPath().getName()).matches()) {
          ids.add(status.getPath().getName());
        }
      }
      Collections.sort(ids);
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The threshold of a version; empty if the workspace has no such version. */
  public Optional<Double> threshold(String id) {
    if (id == null
        || !StoredDetector.ID.matcher(id).matches()
        || files.json(file(id, DETECTOR)).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(detector(id).threshold());
  }

  /** The fingerprint of the inputs and parameters of a version. */
  public String fingerprint(String id) {
    return detector(id).fingerprint();
  }

  /** The description of the training in {@code detector.json}. */
  public ObjectNode training(String id) {
    return detector(id).training();
  }

  /**
   * Loads a version.
   *
   * @throws DataException if any part of it is not in the form that this program writes
   */
  public DetectorModel load(String id) {
    Path file = file(id, DETECTOR);
    JsonNode json = detectorJson(id);
    StoredDetector stored = detector(file, json);
    DetectorArchitecture architecture = ModelFiles.checked(file, stored.architecture()::read);
    long count = architecture.parameterCount();
    if (count > MAX_PARAMETERS || stored.parameters() != count) {
      throw ModelFiles.refused(
          file,
          "it has " + stored.parameters() + " parameters where its architecture needs " + count);
    }
    byte[] parameters =
        files.read(
            file(id, COEFFICIENTS),
            COEFFICIENTS_MAGIC,
            count * Float.BYTES,
            stored.parameterHash());
    FeatureProfile profile = null;
    if (stored.standardized()) {
      profile =
          profile(
              id,
              files.read(
                  file(id, PROFILE),
                  PROFILE_MAGIC,
                  2L * architecture.dim() * Double.BYTES,
                  stored.featureProfileSha256()));
    }
    FeatureProfile standardizer = profile;
    DetectorModel model =
        ModelFiles.checked(
            file,
            () ->
                new DetectorModel(
                    architecture,
                    parameters,
                    standardizer,
                    stored.smooth() == null ? 0 : stored.smooth(),
                    stored.threshold(),
                    stored.thresholdRule()));
    if (!model.id().equals(id)) {
      throw ModelFiles.refused(file, "its coefficients are those of " + model.id());
    }
    // Last, because an invalid field gives a clearer message.
    if (stored.sha256() == null) {
      throw ModelFiles.refused(file, "its own SHA-256 is missing: it was changed");
    }
    if (!stored.sha256().equals(digest(json))) {
      throw ModelFiles.refused(file, "its SHA-256 is not the one in it: it was changed");
    }
    return model;
  }

  /** The SHA-256 of the other fields as they are read back. */
  private static String digest(JsonNode detector) {
    try {
      ObjectNode others = (ObjectNode) Json.MAPPER.readTree(detector.toString());
      others.remove(DIGEST);
      return Fingerprints.sha256(others.toString().getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private StoredDetector detector(String id) {
    return detector(file(id, DETECTOR), detectorJson(id));
  }

  private static StoredDetector detector(Path file, JsonNode json) {
    return ModelFiles.content(StoredDetector.class, file, json, OLDEST_VERSION, FORMAT_VERSION);
  }

  private JsonNode detectorJson(String id) {
    if (!StoredDetector.ID.matcher(id).matches()) {
      throw new DataException(
          "Cannot load model '"
              + id
              + "': that is not the name of a version. Name one of model/versions.");
    }
    Path file = file(id, DETECTOR);
    return files.json(file).orElseThrow(() -> ModelFiles.refused(file, "it is not there"));
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
    return ModelFiles.checked(file(id, PROFILE), () -> new FeatureProfile(mean, deviation));
  }

  private Path file(String id, String name) {
    return workspace.path(folder(id) + "/" + name);
  }
}
