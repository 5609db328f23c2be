package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * {@code docs/cli.md} matches the help of the command line; {@code -Dc2fpl.update=true} updates it.
 */
class CliReferenceTest {
  private static final Path REFERENCE = Path.of("docs", "cli.md");

  @Test
  void theReferenceIsUpToDate() throws IOException {
    String generated = reference();
    if (Boolean.getBoolean("c2fpl.update")) {
      Files.writeString(REFERENCE, generated);
    }
    assertThat(REFERENCE)
        .as("stale: run mvn test -Dtest=CliReferenceTest -Dc2fpl.update=true")
        .hasContent(generated);
  }

  @Test
  void everyCommandExplainsItselfWithAnExample() {
    for (Map.Entry<String, CommandLine> command :
        CommandLines.create().getSubcommands().entrySet()) {
      String usage = command.getValue().getUsageMessage(Ansi.OFF);
      assertThat(usage)
          .as(command.getKey())
          .contains("c2fpl " + command.getKey())
          .contains("Example");
      assertThat(command.getValue().getCommandSpec().usageMessage().header()).isNotEmpty();
      command
          .getValue()
          .getCommandSpec()
          .options()
          .forEach(
              option ->
                  assertThat(option.description())
                      .as(command.getKey() + " " + option.longestName())
                      .isNotEmpty());
    }
  }

  private static String reference() {
    CommandLine root = CommandLines.create();
    StringBuilder page = new StringBuilder();
    page.append("# Command line reference\n\n")
        .append("Generated from the commands themselves; do not edit. The launcher also takes\n")
        .append("`--master URL`, `--dry-run`, and spark-submit's own arguments after `--`.\n");
    section(page, "c2fpl", root);
    root.getSubcommands().forEach((name, command) -> section(page, "c2fpl " + name, command));
    return page.toString();
  }

  private static void section(StringBuilder page, String title, CommandLine command) {
    page.append("\n## ")
        .append(title)
        .append("\n\n```\n")
        .append(command.getUsageMessage(Ansi.OFF).stripTrailing())
        .append("\n```\n");
  }
}
