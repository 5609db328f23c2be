package org.c2fpl.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.net.NetUtils;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.FetchFailed;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.Option;

/** What Java, Hadoop and Spark say when something is lost, and what only resembles it. */
class LostInfrastructureTest {
  private static final String AGAIN = ", then give the same command again: finished work is kept.";

  @Test
  void aServerThatDoesNotAnswerIsNamed() {
    String expected = "Cannot reach n1:8020: it does not answer (%s). Check that it is up";
    assertThat(told(called(new ConnectException("Connection refused"))))
        .startsWith(String.format(expected, "ConnectException"))
        .endsWith(AGAIN);
    assertThat(told(called(new SocketTimeoutException("10000 millis timeout"))))
        .startsWith(String.format(expected, "SocketTimeoutException"));
    assertThat(told(called(new EOFException())))
        .startsWith(String.format(expected, "End of File Exception between local host"));
    assertThat(told(called(new IOException("Connection reset by peer"))))
        .startsWith("Cannot reach n1:8020: ");
    assertThat(told(new ConnectException("Connection refused")))
        .startsWith("Cannot reach a server: it does not answer (");
  }

  @Test
  void theFileIsNamedWhoseDataNodesAreLost() {
    String found = "Could not obtain block: BP-1:blk_2 file=/c2fpl/a.parquet No live nodes contain";
    String message =
        "Cannot read /c2fpl/a.parquet: no data node delivers it. Bring the data nodes"
            + " back (hdfs fsck lists the missing blocks)"
            + AGAIN;
    assertThat(told(new BlockMissingException("/c2fpl/a.parquet", found, 0))).isEqualTo(message);
    assertThat(
            told(aborted("org.apache.hadoop.hdfs.BlockMissingException: " + found + "\n\tat a.B")))
        .as("where Spark could send its text only")
        .isEqualTo(message);
  }

  @Test
  void aNameNodeThatIsNotYetAtWork() {
    assertThat(
            told(
                new RemoteException(
                    "org.apache.hadoop.hdfs.server.namenode.SafeModeException",
                    "Cannot create file/c2fpl/a. Name node is in safe mode.")))
        .startsWith("Cannot use HDFS: its name node is not ready (SafeModeException). Wait");
    assertThat(
            told(
                new RemoteException(
                    "java.io.IOException",
                    "File /c2fpl/a could only be written to 0 of the 1 minReplication nodes."
                        + " There are 0 datanode(s) running")))
        .startsWith("Cannot write to HDFS: too few data nodes are up (File /c2fpl/a could only");
  }

  @Test
  void executorsThatWereLostTooOften() {
    assertThat(
            told(
                aborted(
                    new ExecutorLostFailure("3", true, Option.apply("Command exited with code 137"))
                        .toErrorString())))
        .isEqualTo(
            "Cannot finish the work: executors were lost more often than Spark permits, the last"
                + " (executor 3 exited caused by one of the running tasks: Command exited with code"
                + " 137). Check the cluster's nodes and the executors' memory"
                + AGAIN);
    assertThat(
            told(aborted(new FetchFailed(null, 0, 1L, 2, 3, "Connection refused").toErrorString())))
        .startsWith("Cannot finish the work: results were lost together with their executors");
  }

  /** Met while a name node was ending: it answers with an exception of its own code. */
  @Test
  void aServerThatFailsInItself() {
    assertThat(
            told(
                new UncheckedIOException(
                    new RemoteException("java.lang.AssertionError", "java.lang.AssertionError"))))
        .isEqualTo(
            "Cannot go on: a server failed to answer a request (java.lang.AssertionError),"
                + " as servers do while they shut down. Check its log"
                + AGAIN);
  }

  static Stream<String> endsOfApplications() {
    return Stream.of(
        "Job aborted due to stage failure: Master removed our application: FAILED",
        "Job 5 cancelled because SparkContext was shut down",
        "SparkContext has been shutdown",
        "Spark context stopped while waiting for backend",
        "LiveListenerBus is stopped.",
        "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was created at:",
        "Yarn application has already ended! It might have been killed or unable to launch"
            + " application master.");
  }

  @ParameterizedTest
  @MethodSource("endsOfApplications")
  void anApplicationThatTheClusterEnded(String message) {
    assertThat(told(new SparkException(message)))
        .startsWith("Cannot go on: the application was ended from outside (")
        .contains("Check the log of the cluster's master or resource manager" + AGAIN);
  }

  static Stream<Throwable> others() {
    return Stream.of(
        called(new UnknownHostException("n1")),
        new IllegalArgumentException(new UnknownHostException("n1")),
        new FileNotFoundException("File does not exist: /c2fpl/a"),
        new IOException((String) null),
        aborted("org.c2fpl.errors.DataException: Cannot read a.npy: it is no array. Check it."),
        aborted("java.lang.NullPointerException\n\tat a.B"),
        new IllegalStateException("a fault of ours"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void otherFailuresAreNone(Throwable failure) {
    assertThat(LostInfrastructure.among(failure)).isEmpty();
  }

  /** As Hadoop's client tells of a call. */
  private static IOException called(IOException cause) {
    return NetUtils.wrapException("n1", 8020, "here", 0, cause);
  }

  private static SparkException aborted(String lastFailure) {
    return new SparkException(
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure:"
            + " Lost task 0.3 in stage 1.0 (TID 9) (n1 executor 3): "
            + lastFailure
            + "\nDriver stacktrace:");
  }

  /** The message, however deep the loss lies. */
  private static String told(Throwable failure) {
    InfrastructureException found = LostInfrastructure.among(failure).orElseThrow();
    assertThat(found).hasCause(failure);
    Exception wrapped = new SparkException("Job aborted.", new RuntimeException(failure));
    assertThat(LostInfrastructure.among(wrapped).orElseThrow()).hasMessage(found.getMessage());
    return found.getMessage();
  }
}
