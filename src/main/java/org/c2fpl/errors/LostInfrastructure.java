package org.c2fpl.errors;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises lost servers, data nodes and executors in the exceptions of Java, Hadoop and Spark.
 * They may be back soon, so trying again helps.
 *
 * <p>Spark reports lost executors, and exceptions that it could not send, only as text; a name node
 * sends the name of an exception. So names and messages are searched for signs.
 *
 * <p>A host whose name does not resolve does not belong here: its address is wrong.
 */
public final class LostInfrastructure {
  private static final String AGAIN = "then give the same command again: finished work is kept.";

  /** A sign and the message that it gives; the first group of the pattern is the finding. */
  private record Sign(Pattern pattern, Function<Matcher, String> message) {
    static Sign of(String regex, Function<Matcher, String> message) {
      return new Sign(Pattern.compile(regex), message);
    }
  }

  /** The texts in which Hadoop names the server that it called. */
  private static final List<Pattern> SERVERS =
      List.of(
          Pattern.compile("(?:Call From|No Route to Host from) +\\S+ to (\\S+?:\\d+) failed"),
          Pattern.compile("destination host is: \"?([^\";\\s]+\"?:\\d+)"),
          Pattern.compile("DestHost:destPort (\\S+:\\d+)"),
          Pattern.compile("Connect to (\\S+:\\d+) "),
          Pattern.compile("[Ff]ailed to connect to (\\S+:\\d+)"));

  private static final List<Sign> SIGNS =
      List.of(
          // Before executors, which are lost with the application.
          Sign.of(
              "(Master removed our application: \\w+"
                  + "|[Aa]pplication application_\\S+ (?:has been killed|exited unexpectedly)"
                  + "|Yarn application has already ended!"
                  + "|All masters are unresponsive! Giving up\\."
                  + "|(?:cancelled )?because SparkContext was shut down"
                  + "|Spark context stopped while waiting for backend|LiveListenerBus is stopped"
                  + "|SparkContext has been shutdown|RpcEnv already stopped"
                  + "|Cannot call methods on a stopped SparkContext)",
              found -> applicationEnded(withoutStop(found.group(1)))),
          Sign.of(
              "ExecutorLostFailure \\((executor \\S+ [^)]*)\\)(?: Reason: ([^\\n]*))?",
              found ->
                  "Cannot finish the work: executors were lost more often than Spark permits, the"
                      + " last ("
                      + found.group(1)
                      + (found.group(2) == null || found.group(2).isBlank()
                          ? ""
                          : ": " + withoutStop(found.group(2)))
                      + "). Check the cluster's nodes and the executors' memory, "
                      + AGAIN),
          Sign.of(
              "(FetchFailed\\(|(?:Metadata)?FetchFailedException\\b"
                  + "|Failed to get broadcast_\\d+\\w*)",
              found ->
                  "Cannot finish the work: results were lost together with their executors, more"
                      + " often than Spark permits ("
                      + found.group(1).replace("(", "")
                      + "). Check the cluster's nodes, "
                      + AGAIN),
          Sign.of(
              "(?:BlockMissingException|CannotObtainBlockLengthException|Could not obtain block)"
                  + "(?:.*? file=(\\S+))?",
              found ->
                  "Cannot read "
                      + Optional.ofNullable(found.group(1)).orElse("a file of HDFS")
                      + ": no data node delivers it. Bring the data nodes back (hdfs"
                      + " fsck lists the missing blocks), "
                      + AGAIN),
          Sign.of(
              "(All datanodes .*? are bad"
                  + "|File \\S+ could only be written to 0 of the \\d+ \\w+ nodes"
                  + "|Failed to replace a bad datanode"
                  + "|Unable to create new block"
                  + "|Could not get block locations)",
              found ->
                  "Cannot write to HDFS: too few data nodes are up ("
                      + found.group(1)
                      + "). Bring data nodes back, "
                      + AGAIN),
          Sign.of(
              "(SafeModeException|Name node is in safe mode|StandbyException)",
              found ->
                  "Cannot use HDFS: its name node is not ready ("
                      + found.group(1)
                      + "). Wait until it is, "
                      + AGAIN),
          Sign.of(
              "RemoteException\\((java\\.lang\\.(?:\\w*Error|NullPointerException"
                  + "|IllegalStateException))\\)",
              found ->
                  "Cannot go on: a server failed to answer a request ("
                      + found.group(1)
                      + "), as servers do while they shut down. Check its log, "
                      + AGAIN),
          Sign.of(
              "(Connection refused|ConnectException\\b|ConnectTimeoutException|NoRouteToHost"
                  + "|SocketTimeoutException|Connection reset|Broken pipe"
                  + "|End of File Exception between local host"
                  + "|RpcTimeoutException|Failed on local exception)",
              null));

  private LostInfrastructure() {}

  /** The error for a failure after Spark was stopped during the command. */
  public static InfrastructureException applicationEnded(Throwable failure) {
    return new InfrastructureException(applicationEnded("Spark was stopped"), failure);
  }

  private static String applicationEnded(String told) {
    return "Cannot go on: the application was ended from outside ("
        + told
        + "). Check the log of the cluster's master or resource manager, "
        + AGAIN;
  }

  /** The error for lost infrastructure among the causes of a failure; empty if nothing was lost. */
  public static Optional<InfrastructureException> among(Throwable failure) {
    List<Throwable> causes = Causes.of(failure);
    for (Sign sign : SIGNS) {
      for (Throwable cause : causes) {
        // The name and the message.
        Matcher found = sign.pattern().matcher(cause.toString());
        if (found.find()) {
          String message =
              sign.message() == null
                  ? unreachable(causes, found.group(1))
                  : sign.message().apply(found);
          return Optional.of(new InfrastructureException(message, failure));
        }
      }
    }
    return Optional.empty();
  }

  private static String unreachable(List<Throwable> causes, String found) {
    Optional<String> server =
        causes.stream()
            .flatMap(
                cause -> SERVERS.stream().map(pattern -> pattern.matcher(String.valueOf(cause))))
            .filter(Matcher::find)
            .map(matcher -> matcher.group(1).replace("\"", ""))
            .findFirst();
    return "Cannot reach "
        + server.orElse("a server")
        + ": it does not answer ("
        + found
        + "). Check that it is up and that this is its address, "
        + AGAIN;
  }

  private static String withoutStop(String text) {
    String stripped = text.strip();
    return stripped.endsWith(".") || stripped.endsWith("!")
        ? stripped.substring(0, stripped.length() - 1)
        : stripped;
  }
}
