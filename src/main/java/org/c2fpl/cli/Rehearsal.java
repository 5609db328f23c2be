package org.c2fpl.cli;

/**
 * Run by the launcher to archive the classes that commands load: a whole run on a little footage,
 * then a run that finds everything done.
 *
 * <p>Not a command: only the launcher uses it.
 */
public final class Rehearsal {
  private Rehearsal() {}

  /**
   * @param args the folders of the footage and of the workspace, both to be created
   */
  public static void main(String[] args) {
    String footage = args[0];
    String[] run = {
      "run",
      "--workspace",
      args[1],
      "--train",
      footage + "/train",
      "--test",
      footage + "/test",
      "--annotations",
      footage + "/annotations.csv",
      "--epochs",
      "1"
    };
    String[] makeFootage = {
      "footage", "--output", footage, "--train-videos", "12", "--test-videos", "4", "--crops", "1"
    };
    CommandLines.execute("--help");
    CommandLines.execute(makeFootage);
    CommandLines.execute(run);
    // Ends the process with the exit code of the command that needs all of the above.
    Main.main(run);
  }
}
