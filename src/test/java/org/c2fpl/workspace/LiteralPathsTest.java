package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.HostileNames;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralPathsTest {
  @TempDir Path folder;

  @Test
  void aReaderReadsTheFolderOfThatNameAndNotItsNeighbours() throws Exception {
    SparkSession spark = SharedSpark.session();
    Path made = folder.resolve("made");
    spark.range(1).coalesce(1).write().parquet(made.toString());
    StructType schema = spark.range(1).toDF().schema();
    Path part = null;
    try (var files = Files.newDirectoryStream(made, "part-*")) {
      part = files.iterator().next();
    }
    Set<String> names = new LinkedHashSet<>(HostileNames.all().toList());
    names.addAll(HostileNames.neighbours());
    for (String name : names) {
      Path at =
          Files.createDirectories(folder.resolve("all").resolve(name)).resolve("part.parquet");
      Files.copy(part, at);
    }

    for (String name : names) {
      Path at = folder.resolve("all").resolve(name);
      org.apache.hadoop.fs.Path path = LiteralPaths.of("folder", at.toString());
      assertThat(LiteralPaths.reader(spark).schema(schema).parquet(path.toString()).inputFiles())
          .as(name)
          .hasSize(1)
          .allSatisfy(
              file ->
                  assertThat(URI.create(file).getPath())
                      .isEqualTo(at.resolve("part.parquet").toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "s3a:bucket/w", ":"})
  void aTextThatIsNoPathIsRefused(String text) {
    assertThatThrownBy(() -> LiteralPaths.of("workspace", text))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot use workspace '" + text + "': ");
  }

  @Test
  void aNameWithAColonIsReadAsTheMessageSays() {
    assertThatThrownBy(() -> LiteralPaths.of("workspace", "a:b"))
        .hasMessageContaining("Write ./a:b if it is a name in this folder");
    assertThat(LiteralPaths.of("workspace", "./a:b").getName()).isEqualTo("a:b");
  }
}
