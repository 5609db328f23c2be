package org.c2fpl.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;
import org.junit.jupiter.api.Test;

/** The identity of a result does not depend on names in the code, but on how it is computed. */
class IdentityTest {
  @Test
  void noRenamingInTheCodeChangesAFingerprint() throws ReflectiveOperationException {
    Map<?, ?> renamed = (Map<?, ?>) renamed("fingerprints");

    assertThat(renamed).isEqualTo(Samples.fingerprints());
    assertThat((List<?>) renamed("texts"))
        .as("what records and enums are called in the code")
        .allMatch(text -> text.toString().contains("Renamed["))
        .noneMatch(text -> Samples.texts().contains(text.toString()));
  }

  private static Object renamed(String method) throws ReflectiveOperationException {
    return new Renaming(Samples.class)
        .loadClass(Samples.class.getName())
        .getMethod(method)
        .invoke(null);
  }

  @Test
  void everyOptionThatChangesAResultChangesItsFingerprint() {
    Map<String, String> fingerprints = Samples.fingerprints();
    assertThat(new HashSet<>(fingerprints.values())).hasSameSizeAs(fingerprints.values());
  }

  @Test
  void aRaisedAlgorithmChangesEveryFingerprint() {
    Samples.options()
        .forEach(
            (name, options) ->
                assertThat(Samples.fingerprint(options, 2))
                    .as(name)
                    .isNotEqualTo(Samples.fingerprint(options, 1)));
  }

  @Test
  void theOrderOfKeysAndBlanksChangeNoFingerprint() throws IOException {
    JsonNode one = Json.MAPPER.readTree("{\"b\": {\"d\": 1, \"c\": [1, 2.5]}, \"a\": \"x\"}");
    JsonNode other = Json.MAPPER.readTree("{\"a\":\"x\",\"b\":{\"c\":[1,2.5],\"d\":1}}");
    assertThat(Fingerprints.of(one)).isEqualTo(Fingerprints.of(other));
    assertThat(Fingerprints.of(one))
        .isEqualTo(
            Fingerprints.sha256(
                "{\"a\":\"x\",\"b\":{\"c\":[1,2.5],\"d\":1}}".getBytes(StandardCharsets.UTF_8)));
    JsonNode otherOrder = Json.MAPPER.readTree("{\"a\":\"x\",\"b\":{\"c\":[2.5,1],\"d\":1}}");
    assertThat(Fingerprints.of(otherOrder)).isNotEqualTo(Fingerprints.of(one));
  }

  /** They are stored in workspaces: if one changes, existing results are made again. */
  @Test
  void fingerprintsStayWhatTheyAre() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/golden/fingerprints.json")) {
      assertThat(Samples.fingerprints())
          .isEqualTo(Json.MAPPER.convertValue(Json.MAPPER.readTree(in), TreeMap.class));
    }
  }
}
