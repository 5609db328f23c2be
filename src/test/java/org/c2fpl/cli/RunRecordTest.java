package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.errors.DataException;
import org.c2fpl.workspace.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
  @TempDir Path folder;

  @Test
  void hasTheNameThatASchedulerGives() {
    Workspace workspace = Workspace.open(folder.toString(), new Configuration());
    RunRecord record = new RunRecord("nightly.score.1", "score", List.of("--split", "nightly"));
    record.end(workspace, new IllegalStateException(new DataException("Cannot score: no model.")));
    JsonNode json = workspace.readJson(workspace.path("_runs/nightly.score.1.json")).orElseThrow();
    assertThat(json.path("run").asText()).isEqualTo("nightly.score.1");
    assertThat(json.path("exit_code").asInt()).isEqualTo(65);
    assertThat(json.path("outcome").asText()).isEqualTo("data");
    assertThat(json.path("message").asText()).isEqualTo("Cannot score: no model.");
  }

  @Test
  void makesANameOfItsOwnOtherwise() {
    RunRecord record = new RunRecord(null, "score", List.of());
    assertThat(record.id()).matches("\\d{8}T\\d{6}\\.\\d{3}Z-score-\\d+");
  }
}
