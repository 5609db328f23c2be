package org.c2fpl.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code c2fpl completion}. */
@Command(
    name = "completion",
    header = "Print a script that completes commands and options in bash or zsh.",
    description = {
      "Does not start Spark. The script is generated from the options of the commands."
    },
    footer = {
      "",
      "Examples:",
      "  source <(submit/c2fpl completion bash)          # in .bashrc",
      "  source <(submit/c2fpl completion zsh)           # in .zshrc, after compinit"
    })
final class CompletionCommand implements Runnable {
  /** The shells, which share one script: in zsh it turns on the completion of bash. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  Shell shell;

  @Mixin HelpOption help;

  @Override
  public void run() {
    System.out.print(AutoComplete.bash("c2fpl", CommandLines.create()));
    System.out.flush();
  }
}
