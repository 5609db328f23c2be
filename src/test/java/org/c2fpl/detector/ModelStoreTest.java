package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Workspace;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelStoreTest {
  private static final DetectorArchitecture ARCHITECTURE =
      new DetectorArchitecture(6, 2, List.of(5, 3), 0.4, 5e-4);
  private static final ManifestDraft DRAFT = ManifestDraft.of("train", 1, 0);
  private static final String FINGERPRINT = "ab".repeat(32);
  private static final AtomicInteger CANARY = new AtomicInteger();

  @TempDir Path folder;
  private ModelStore store;
  private DetectorModel model;
  private String id;
  private Path version;

  /** Shows whether something deserialised it. */
  private static final class Canary implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      CANARY.incrementAndGet();
    }
  }

  @BeforeEach
  void saveAModel() {
    CANARY.set(0);
    store = new ModelStore(Workspace.open(folder.toUri().toString(), new Configuration()));
    byte[] parameters = NetworkState.of(ARCHITECTURE.network(0.1, 3)).parameters();
    FeatureProfile profile =
        new FeatureProfile(new double[] {1, 2, 3, 4, 5, 6}, new double[] {1, 1, 2, 0, 1, 1e-3});
    model = new DetectorModel(ARCHITECTURE, parameters, profile, 0.3, "auto");
    id = store.save(model, FINGERPRINT, Json.object().put("epochs", 7), DRAFT);
    store.promote(id);
    version = folder.resolve("model/versions").resolve(id);
  }

  @Test
  void roundTripIsExact() {
    assertThat(id).isEqualTo("detector-" + model.parameterHash().substring(0, 12));
    DetectorModel loaded = store.load();
    assertThat(loaded.parameters()).isEqualTo(model.parameters());
    assertThat(loaded.architecture()).isEqualTo(ARCHITECTURE);
    assertThat(loaded.profile()).isEqualTo(model.profile());
    assertThat(loaded.threshold()).isEqualTo(0.3);
    assertThat(loaded.thresholdRule()).isEqualTo("auto");
    assertThat(store.current()).contains(id);
    assertThat(store.fingerprint(id)).isEqualTo(FINGERPRINT);
    assertThat(store.training(id).path("epochs").asInt()).isEqualTo(7);
  }

  @Test
  void modelsWithoutProfileRoundTripToo() {
    DetectorModel plain = new DetectorModel(ARCHITECTURE, model.parameters(), null, 0.5, "value");
    store.save(plain, FINGERPRINT, Json.object(), DRAFT);
    assertThat(store.load().profile()).isNull();
    assertThat(store.load().threshold()).isEqualTo(0.5);
  }

  @Test
  void variantsOfTheDetectorRoundTripToo() {
    DetectorArchitecture variant = ARCHITECTURE.withAttention(false).withDecayBiases(true);
    byte[] parameters = NetworkState.of(variant.network(0.1, 3)).parameters();
    DetectorModel saved = new DetectorModel(variant, parameters, null, 1.5, 0.5, "value");
    store.promote(store.save(saved, FINGERPRINT, Json.object(), DRAFT));
    DetectorModel loaded = store.load();
    assertThat(loaded.architecture()).isEqualTo(variant);
    assertThat(loaded.smooth()).isEqualTo(1.5);
  }

  @Test
  void readsADetectorOfBeforeThereWereVariants() throws IOException {
    Path file = version.resolve("detector.json");
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(Files.readString(file));
    ((ObjectNode) json.get("architecture")).remove(List.of("attention", "decay_biases"));
    json.remove(List.of("smooth", "sha256"));
    json.put("sha256", Fingerprints.sha256(json.toString().getBytes(StandardCharsets.UTF_8)));
    overwrite(file, json.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(store.load().architecture()).isEqualTo(ARCHITECTURE);
    assertThat(store.load().smooth()).isZero();
  }

  @Test
  void refusesADescriptionWithoutItsSha256() throws IOException {
    Path file = version.resolve("detector.json");
    String json = Files.readString(file).replaceAll("(?s),\\s*\"sha256\" : \"[0-9a-f]*\"", "");
    assertThat(json).doesNotContain("\"sha256\"");
    overwrite(file, json.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> store.load())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("detector.json: its own SHA-256 is missing: it was changed. Train");
  }

  @Test
  void savingPromotesNothing() {
    DetectorModel other =
        new DetectorModel(
            ARCHITECTURE,
            NetworkState.of(ARCHITECTURE.network(0.1, 4)).parameters(),
            null,
            0.5,
            "value");
    String candidate = store.save(other, FINGERPRINT, Json.object(), DRAFT);
    assertThat(store.current()).contains(id);
    assertThat(store.versions()).extracting(ModelStore.Version::id).containsExactly(candidate, id);
    store.promote(candidate);
    assertThat(store.current()).contains(candidate);
    assertThat(store.load().threshold()).isEqualTo(0.5);
  }

  @Test
  void promotesOnlyWhatLoads() throws IOException {
    assertThatThrownBy(() -> store.promote("detector-0123456789ab"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is not there");
    Files.delete(version.resolve("coefficients"));
    assertThatThrownBy(() -> store.promote(id)).hasMessageContaining("it is not there");
  }

  @Test
  void aWorkspaceWithoutModelSaysSo() {
    ModelStore empty =
        new ModelStore(
            Workspace.open(folder.resolve("none").toUri().toString(), new Configuration()));
    assertThat(empty.current()).isEqualTo(Optional.empty());
    assertThatThrownBy(empty::load)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot find a model in workspace")
        .hasMessageEndingWith("Run 'c2fpl train' first.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format_version\" : 2 | \"format_version\" : 3 | format_version 3",
        "\"format_version\" : 2 | \"format_version\" : 1 | Train again",
        "\"format_version\" : 2 | \"format_version\" : \"2\" | its format_version is \"2\"",
        "\"dim\" : 6 | \"dim\" : 2000000000 | its dim is 2000000000",
        "\"dim\" : 6 | \"dim\" : 1000000 | parameters where its architecture needs",
        "\"dim\" : 6 | \"dim\" : 6.5 | its dim is 6.5",
        "\"dim\" : 6 | \"dim\" : 99999999999999999999999 | its dim is",
        "\"dim\" : 6 | \"dim\" : -6 | its dim is -6",
        "\"crops\" : 2 | \"crops\" : 100000 | its crops is 100000",
        "\"hidden\" : [ 5, 3 ] | \"hidden\" : [ 5, 3000000 ] | hidden size must be between",
        "\"hidden\" : [ 5, 3 ] | \"hidden\" : [ 5, \"3\" ] | its hidden[1] is \"3\"",
        "\"hidden\" : [ 5, 3 ] | \"hidden\" : [ ] | number of hidden layers",
        "\"hidden\" : [ 5, 3 ] | \"hidden\" : [ 5, 3, 3 ] | parameters where its architecture"
            + " needs",
        "\"retain\" : 0.4 | \"retain\" : 0 | retain must be in",
        "\"retain\" : 0.4 | \"retain\" : 1e999 | its retain is",
        "\"l2\" : 5.0E-4 | \"l2\" : -1 | l2 must be finite",
        "\"smooth\" : 0.0 | \"smooth\" : -1 | its smooth is -1",
        "\"attention\" : true | \"attention\" : 1 | its attention is 1",
        "\"attention\" : true | \"attention\" : false | parameters where its architecture needs",
        "\"gated-attention\" | \"org.deeplearning4j.nn.conf.layers.LSTM\" | its type is",
        "\"architecture\" : { | \"architecture\" : { \"@class\" : \"java.net.URL\", | it has a"
            + " field @class",
        "\"epochs\" : 7 | \"epochs\" : { \"@class\" : \"java.net.URL\" } | it has a field @class",
        "\"format_version\" : 2 | \"format_version\" : 2, \"layers\" : [] | unknown field layers",
        "\"format_version\" : 2 | \"format_version\" : 2, \"format_version\" : 2 | it is not JSON"
            + " (Duplicate field",
        "\"threshold\" : 0.3 | \"threshold\" : \"NaN\" | its threshold is NaN",
        "\"threshold\" : 0.3 | \"threshold\" : NaN | it is not JSON",
        "\"threshold\" : 0.3 | \"threshold\" : \"0.3\" | its threshold is \"0.3\"",
        "\"threshold\" : 0.3 | \"threshold\" : null | its threshold is null",
        "\"threshold\" : 0.3, | `` | it has no threshold",
        "\"threshold_rule\" : \"auto\" | \"threshold_rule\" : null | its threshold_rule is null",
        "\"threshold_rule\" : \"auto\" | \"threshold_rule\" : 1 | its threshold_rule is 1",
        "\"hidden\" : [ 5, 3 ] | \"hidden\" : [ 5, null ] | its hidden is [5, null]",
        "\"hidden\" : [ 5, 3 ] | \"hidden\" : 5 | its hidden is 5",
        "\"standardized\" : true | \"standardized\" : 1 | its standardized is 1",
        "\"parameter_hash\" : \" | \"parameter_hash\" : \"../ | its parameter_hash is"
      })
  void refusesADescriptionThatIsNotItsOwn(String find, String replace, String message)
      throws IOException {
    Path file = version.resolve("detector.json");
    String json = Files.readString(file);
    assertThat(json).contains(find);
    overwrite(file, json.replace(find, replace).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> store.load())
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot load model file ")
        .hasMessageContaining(message);
  }

  @Test
  void refusesADescriptionWithAnotherFieldThatCouldBe() throws IOException {
    Path file = version.resolve("detector.json");
    String json = Files.readString(file);
    overwrite(
        file,
        json.replace("\"threshold\" : 0.3", "\"threshold\" : 0.9")
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::loadAll)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it was changed");
  }

  @Test
  void refusesASerializedObject() throws IOException {
    ByteArrayOutputStream gadget = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(gadget)) {
      out.writeObject(new Canary());
    }
    for (String name : List.of("coefficients", "feature_profile", "detector.json")) {
      byte[] before = Files.readAllBytes(version.resolve(name));
      overwrite(version.resolve(name), gadget.toByteArray());
      assertThatThrownBy(this::loadAll).as(name).isInstanceOf(DataException.class);
      overwrite(version.resolve(name), before);
    }
    // Even if length and hash match, the bytes are read only as numbers.
    byte[] padded = new byte[8 + model.parameters().length];
    System.arraycopy(gadget.toByteArray(), 0, padded, 0, Math.min(padded.length, gadget.size()));
    overwrite(version.resolve("coefficients"), padded);
    assertThatThrownBy(this::loadAll).hasMessageContaining("does not start as");
    assertThat(CANARY).hasValue(0);
  }

  @Test
  void refusesADl4jArchiveWithAPreprocessor() throws IOException {
    Path archive = folder.resolve("dl4j.zip");
    ByteArrayOutputStream gadget = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(gadget)) {
      out.writeObject(new Canary());
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("preprocessor.bin"));
      zip.write(gadget.toByteArray());
      zip.closeEntry();
    }
    Path whole = folder.resolve("whole.zip");
    ModelSerializer.writeModel(ARCHITECTURE.network(0.1, 3), whole.toFile(), true);
    for (Path file : List.of(archive, whole)) {
      overwrite(version.resolve("coefficients"), Files.readAllBytes(file));
      assertThatThrownBy(this::loadAll)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("bytes where");
    }
    overwrite(version.resolve("detector.json"), Files.readAllBytes(archive));
    assertThatThrownBy(this::loadAll).hasMessageContaining("it is not JSON");
    assertThat(CANARY).hasValue(0);
  }

  @Test
  void refusesFilesOfWrongLengthOrContent() throws IOException {
    Path file = version.resolve("coefficients");
    byte[] good = Files.readAllBytes(file);
    overwrite(file, java.util.Arrays.copyOf(good, good.length - 4));
    assertThatThrownBy(this::loadAll).hasMessageContaining("bytes where " + good.length);
    overwrite(file, java.util.Arrays.copyOf(good, good.length + 4));
    assertThatThrownBy(this::loadAll).hasMessageContaining("bytes where " + good.length);
    byte[] flipped = good.clone();
    flipped[100] ^= 1;
    overwrite(file, flipped);
    assertThatThrownBy(this::loadAll).hasMessageContaining("its SHA-256 is not that in");
    Files.delete(file);
    assertThatThrownBy(this::loadAll).hasMessageContaining("it is not there");
  }

  @Test
  void refusesCoefficientsThatAreNotFinite() throws IOException {
    byte[] values = model.parameters().clone();
    ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, Float.NaN);
    Path file = version.resolve("coefficients");
    byte[] good = Files.readAllBytes(file);
    overwrite(file, ByteBuffer.allocate(good.length).put(good, 0, 8).put(values).array());
    Path json = version.resolve("detector.json");
    overwrite(
        json,
        Files.readString(json)
            .replace(model.parameterHash(), Fingerprints.sha256(values))
            .getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::loadAll).hasMessageContaining("a coefficient is NaN");
  }

  @Test
  void refusesAVersionNameThatLeadsElsewhere() throws IOException {
    Path current = folder.resolve("model/current.json");
    for (String name : List.of("../../elsewhere", "/etc", "detector-000000000000/../x", "")) {
      overwrite(
          current,
          ("{\"format_version\": 1, \"version\": \"" + name + "\"}")
              .getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(this::loadAll)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("its version is");
      assertThatThrownBy(() -> store.load(name)).hasMessageContaining("not the name of a version");
    }
  }

  @Test
  void refusesAVersionUnderAnothersName() throws IOException {
    Path other = version.resolveSibling("detector-0123456789ab");
    Files.createDirectories(other);
    for (String name : List.of("detector.json", "coefficients", "feature_profile")) {
      Files.copy(version.resolve(name), other.resolve(name));
    }
    assertThatThrownBy(() -> store.load("detector-0123456789ab"))
        .hasMessageContaining("its coefficients are those of " + id);
  }

  @Test
  void deeplyNestedOrHugeJsonIsRefused() throws IOException {
    Path json = version.resolve("detector.json");
    overwrite(json, ("[".repeat(100_000)).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::loadAll).isInstanceOf(DataException.class);
    overwrite(json, new byte[(16 << 20) + 1]);
    assertThatThrownBy(this::loadAll).hasMessageContaining("it has 16777217 bytes");
  }

  @Test
  void aModelThatWasRestoredLoadsAgain() {
    assertThatCode(this::loadAll).doesNotThrowAnyException();
  }

  private void loadAll() {
    store.load();
  }

  /** Removes the checksum that Hadoop's local file system keeps, as an attacker would. */
  private static void overwrite(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);
  }
}
