package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON of a workspace that says what cannot be: refused with the file's name. */
class DamagedJsonTest {
  private static final Leaf LEAF = Leaf.of(Table.VIDEO_STATS, "train", "0");

  @TempDir Path folder;
  private Workspace workspace;
  private Path manifest;

  @BeforeEach
  void write() throws IOException {
    workspace = Workspace.open(folder.toString(), new Configuration());
    manifest = folder.resolve(LEAF.path()).resolve(Manifest.FILE);
    Files.createDirectories(manifest.getParent());
    Files.write(
        manifest,
        Json.MAPPER.writeValueAsBytes(
            ManifestDraft.of("stats", 1, 7).input("a", "b").manifest(LEAF, 24, Json.object())));
  }

  @Test
  void aManifestIsReadAsItWasWritten() {
    assertThat(workspace.manifest(LEAF)).get().extracting(Manifest::rows).isEqualTo(24L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"rows\" : 24 | \"rows\" : -1 | it has -1 rows",
        "\"rows\" : 24 | \"rows\" : \"24\" | Cannot coerce",
        "\"rows\" : 24 | \"rows\" : 24.5 | Cannot coerce",
        "\"rows\" : 24 | \"rows\" : null | Cannot map `null`",
        "\"rows\" : 24 | \"rows\" : 1e30 | Cannot coerce",
        "\"rows\" : 24 | \"lines\" : 24 | Missing required creator property 'rows'",
        "\"seed\" : 7 | \"seed\" : \"seven\" | Cannot coerce",
        "\"leaf\" : | \"leaf\" : 5, \"x\" : | Cannot coerce",
        "\"seed\" : 7 | \"seed\" : 7, \"colour\" : 1 | Unrecognized field \"colour\"",
        "\"command\" : \"stats\" | \"command\" : null | it lacks its leaf, command",
        "\"a\" : \"b\" | \"a\" : null | an input has no fingerprint",
        "\"inputs\" : | \"files\" : { \"x\" : null }, \"inputs\" : | a file has no length",
        "\"parameters\" : { } | \"parameters\" : [ ] | Cannot deserialize",
        "\"format_version\" : 2 | \"format_version\" : \"x\" | it has no format_version",
      })
  void aManifestOfOtherTypesIsRefusedByName(String before, String after, String message)
      throws IOException {
    String text = Files.readString(manifest);
    assertThat(text).contains(before);
    Files.writeString(manifest, text.replace(before, after));
    assertThatThrownBy(() -> workspace.manifest(LEAF))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read manifest file:" + manifest + ": ")
        .hasMessageContaining(message)
        .hasMessageContaining("Delete its folder, and give the command again that made it.");
  }

  /** Otherwise forgotten videos would be ingested again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"format_version\":1,\"salt\":\"abc\",\"videos\":[]}",
        "{\"format_version\":1,\"salt\":\"no hexadecimal number at all....\",\"videos\":[]}",
        "{\"format_version\":1,\"salt\":\"00112233445566778899aabbccddeeff\"}",
        "{\"format_version\":1,\"salt\":\"00112233445566778899aabbccddeeff\",\"videos\":[7]}",
        "{\"format_version\":1,\"salt\":\"00112233445566778899aabbccddeeff\",\"videos\":{}}",
        "[]",
      })
  void forgottenVideosAreNotLost(String json) throws IOException {
    Files.writeString(folder.resolve(ForgottenVideos.FILE), json, StandardCharsets.UTF_8);
    assertThatThrownBy(() -> ForgottenVideos.of(workspace))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(ForgottenVideos.FILE + ": it is not of format_version 1");
  }

  @Test
  void forgottenVideosAreReadAsTheyWereWritten() throws IOException {
    ForgottenVideos forgotten = ForgottenVideos.of(workspace).with(List.of("a"));
    Files.write(folder.resolve(ForgottenVideos.FILE), forgotten.toJson());
    assertThat(ForgottenVideos.of(workspace).contains("a")).isTrue();
    assertThat(ForgottenVideos.of(workspace).contains("b")).isFalse();
  }
}
