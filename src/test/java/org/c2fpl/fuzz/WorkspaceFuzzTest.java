package org.c2fpl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.DetectorModel;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.segments.Splits;
import org.c2fpl.workspace.ForgottenVideos;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a workspace that were edited, damaged or invented. */
class WorkspaceFuzzTest {
  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void open() {
    Configuration plain = new Configuration();
    plain.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    plain.setBoolean("fs.file.impl.disable.cache", true);
    workspace = Workspace.open(folder.toString(), plain);
  }

  @Test
  void manifests() throws Exception {
    Leaf leaf = Leaf.of(Table.VIDEO_STATS, "train", "0");
    Path file = folder.resolve(leaf.path()).resolve(Manifest.FILE);
    Files.createDirectories(file.getParent());
    Manifest manifest =
        ManifestDraft.of("stats", 1, 7)
            .parameter("norm", "l2")
            .parameter("eta", 0.5)
            .input("segments/split=train/batch=0", "ab".repeat(32))
            .manifest(
                leaf.path(),
                24,
                Json.object().put("crops", 10).put("dim", 2048).put("frames_per_segment", 16));
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            "manifest",
            300,
            List.of(Json.MAPPER.writeValueAsBytes(manifest)),
            input -> {
              Files.write(file, input);
              Manifest read = workspace.manifest(leaf).orElseThrow();
              assertThat(read.rows()).isNotNegative();
              assertThat(read.leaf()).isNotNull();
              assertThat(read.fingerprint()).matches("[0-9a-f]{64}");
              assertThat(read.details()).isNotNull();
              assertThat(Splits.shape(read).dim()).isPositive();
              workspace.leaves(Table.VIDEO_STATS);
            });
    assertThat(outcomes.accepted()).isPositive();
    assertThat(outcomes.refused65()).isPositive();
  }

  @Test
  void forgottenVideos() throws InterruptedException, IOException {
    Path file = folder.resolve(ForgottenVideos.FILE);
    // A random salt would differ in each run.
    Files.writeString(
        file,
        """
        {"format_version": 1, "salt": "000102030405060708090a0b0c0d0e0f", "videos": []}
        """);
    ForgottenVideos forgotten = ForgottenVideos.of(workspace).with(List.of("a", "b"));
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            "forgotten",
            200,
            List.of(forgotten.toJson()),
            input -> {
              Files.write(file, input);
              ForgottenVideos.of(workspace).contains("a");
            });
    assertThat(outcomes.accepted()).isPositive();
  }

  private static DetectorModel model() {
    DetectorArchitecture architecture = new DetectorArchitecture(3, 2, List.of(4, 2), 0.4, 5e-4);
    return new DetectorModel(
        architecture,
        new byte[(int) architecture.parameterCount() * Float.BYTES],
        null,
        0,
        0.5,
        "fixed");
  }

  private void models(String file, int inputs) throws InterruptedException, IOException {
    ModelStore store = new ModelStore(workspace);
    DetectorModel model = model();
    String id = store.save(model, "ab".repeat(32), Json.object(), ManifestDraft.of("train", 1, 0));
    store.promote(id);
    Path path =
        file.equals("current.json")
            ? folder.resolve("model/current.json")
            : folder.resolve(ModelStore.folder(id)).resolve(file);
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            file,
            inputs,
            List.of(Files.readAllBytes(path)),
            input -> {
              Files.write(path, input);
              DetectorModel read = store.load();
              assertThat(read.parameterHash()).isEqualTo(model.parameterHash());
              assertThat(read.threshold()).isEqualTo(0.5);
              store.versions();
              store.training(id);
              Optional<Manifest> made = store.manifest(id);
              assertThat(made).isPresent();
            });
    assertThat(outcomes.refused65()).isPositive();
  }

  @Test
  void detectors() throws InterruptedException, IOException {
    models("detector.json", 300);
  }

  @Test
  void coefficients() throws InterruptedException, IOException {
    models("coefficients", 100);
  }

  @Test
  void currentModels() throws InterruptedException, IOException {
    models("current.json", 100);
  }

  @Test
  void manifestsOfModels() throws InterruptedException, IOException {
    models(Manifest.FILE, 100);
  }
}
