package org.c2fpl.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StorageType;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.NSQuotaExceededException;
import org.apache.hadoop.hdfs.protocol.QuotaByStorageTypeExceededException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults as file systems, Hadoop's and the machine's, report them, under what Spark wraps around.
 */
class FileFaultsTest {
  private static final String DENIED =
      "Permission denied: user=eve, access=%s, inode=\"/c2fpl\":hdfs:hdfs:drwxr-xr-x\n"
          + "\tat org.apache.hadoop.hdfs.server.namenode.FSPermissionChecker.check(X.java:506)";

  @Test
  void permissionsNameUserAndFolder() {
    assertThat(told(new AccessControlException(String.format(DENIED, "WRITE"))))
        .isEqualTo(
            "Cannot write to /c2fpl: user eve lacks the permission (Permission denied: user=eve,"
                + " access=WRITE, inode=\"/c2fpl\":hdfs:hdfs:drwxr-xr-x). Ask for the permission"
                + " (hdfs dfs -chown, -chmod or -setfacl), or use another folder.");
    assertThat(told(new AccessControlException(String.format(DENIED, "READ_EXECUTE"))))
        .startsWith("Cannot read /c2fpl: ");
    assertThat(told(new AccessControlException(String.format(DENIED, "EXECUTE"))))
        .startsWith("Cannot look into /c2fpl: ");
    assertThat(told(new AccessDeniedException("/w/_lock.json")))
        .isEqualTo(
            "Cannot read or write /w/_lock.json: permission is denied. Ask for it, or use another"
                + " folder.");
    assertThat(told(new FileNotFoundException("/w/a.npy (Permission denied)")))
        .startsWith("Cannot read or write /w/a.npy: permission is denied.");
  }

  @Test
  void quotasNameTheFolderAndTheFigures() {
    DSQuotaExceededException space = new DSQuotaExceededException(1 << 20, 256 << 20);
    space.setPathName("/c2fpl");
    assertThat(told(space))
        .startsWith("Cannot write below /c2fpl: its quota is used up (The DiskSpace quota of")
        .contains("1 MB", "256 MB", "run the same command again");
    NSQuotaExceededException names = new NSQuotaExceededException(1, 2);
    names.setPathName("/c2fpl");
    assertThat(told(names)).startsWith("Cannot write below /c2fpl: its quota is used up (The Name");
    QuotaByStorageTypeExceededException kind =
        new QuotaByStorageTypeExceededException(1, 2, StorageType.SSD);
    kind.setPathName("/c2fpl");
    assertThat(told(kind)).startsWith("Cannot write below /c2fpl: its quota is used up (Quota by");
  }

  @Test
  void anExceptionThatCouldNotBeSentIsReadFromSparksText() {
    assertThat(
            told(
                new SparkException(
                    "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most"
                        + " recent failure: Lost task 0.3 in stage 1.0 (TID 9) (n1 executor 2):"
                        + " org.apache.spark.SparkException: [TASK_WRITE_FAILED] Task failed while"
                        + " writing rows to hdfs://n/c2fpl.\n\tat a.b.C.d(C.java:1)\nCaused by:"
                        + " org.apache.hadoop.hdfs.protocol.DSQuotaExceededException: The DiskSpace"
                        + " quota of /c2fpl is exceeded: quota = 1 B\n\tat a.b.C.d(C.java:1)")))
        .startsWith(
            "Cannot write below /c2fpl: its quota is used up (The DiskSpace quota of /c2fpl is"
                + " exceeded: quota = 1 B). ");
  }

  @Test
  void aHostThatDoesNotResolveIsAWrongAddress() {
    assertThat(told(new UnknownHostException("nowhere")))
        .startsWith("Cannot find the host of a file system: its name does not resolve (nowhere). ");
    assertThat(
            FileFaults.explain(new IllegalArgumentException(new UnknownHostException("nowhere"))))
        .isPresent();
  }

  @Test
  void whatANameNodeReportsByNameOnly() {
    assertThat(
            told(
                new RemoteException(
                    "org.apache.hadoop.hdfs.protocol.NSQuotaExceededException",
                    "The NameSpace quota (directories and files) of directory /c2fpl is exceeded:"
                        + " quota=1 file count=2\n\tat a.b.C.d(C.java:1)")))
        .startsWith("Cannot write below /c2fpl: its quota is used up (The NameSpace quota")
        .contains("file count=2). ")
        .doesNotContain("\tat");
  }

  @ParameterizedTest
  @CsvSource({
    "s3a, hadoop-aws",
    "abfs, hadoop-azure",
    "abfss, hadoop-azure",
    "wasb, hadoop-azure",
    "adl, hadoop-azure-datalake"
  })
  void aFileSystemWhoseCodeIsMissingNamesItsPackage(String scheme, String module) {
    Throwable missing = opening(scheme);
    DataException told = FileFaults.explain(missing).orElseThrow();
    assertThat(told)
        .hasMessageStartingWith("Cannot use " + scheme.replace("abfss", "abfs") + ":// paths: ")
        .hasMessageEndingWith(
            " -- --packages org.apache.hadoop:" + module + ":" + VersionInfo.getVersion());
    assertThat(FileFaults.explain(inATask("n1", missing)).orElseThrow())
        .as("as an executor reports it")
        .hasMessage(told.getMessage());
  }

  /** What Hadoop throws where a file system's code is not there. */
  private static Throwable opening(String scheme) {
    return catchThrowable(() -> new Path(scheme + "://c@h/w").getFileSystem(new Configuration()));
  }

  @Test
  void aFileSystemThatHadoopDoesNotKnowIsNoFaultOfOurs() {
    assertThat(told(opening("gs")))
        .startsWith("Cannot use gs:// paths: ")
        .endsWith(" -- --jars FILE");
    assertThat(FileFaults.explain(opening("gs"), "gs://h/w").orElseThrow())
        .hasMessageStartingWith("Cannot use gs://h/w: Hadoop knows no file system for gs:// (");
    assertThat(told(opening("s3"))).endsWith("Write s3a:// instead.");
    assertThat(told(new NoClassDefFoundError("com/amazonaws/AmazonClientException")))
        .startsWith("Cannot use s3a:// paths: ");
  }

  static Stream<Throwable> others() {
    return Stream.of(
        new IOException("Connection reset by peer"),
        new IOException((String) null),
        new FileNotFoundException("/w/a.npy (No such file or directory)"),
        new RemoteException("org.apache.hadoop.ipc.StandbyException", "not active"),
        new IllegalStateException("a fault of ours"),
        new ClassNotFoundException("org.c2fpl.Missing"),
        new NoClassDefFoundError("org/c2fpl/Missing"),
        new NullPointerException());
  }

  @ParameterizedTest
  @MethodSource("others")
  void otherFailuresAreNone(Throwable failure) {
    assertThat(FileFaults.explain(failure)).isEmpty();
    assertThat(FileFaults.explain(inATask("n1", failure))).isEmpty();
  }

  @Test
  void aReasonIsOneLineWithoutAFullStop() {
    assertThat(FileFaults.reason(new IOException("it is gone.\n\tat a.b.C.d(C.java:1)")))
        .isEqualTo("it is gone");
    assertThat(FileFaults.reason(new IOException())).isEqualTo("IOException");
  }

  /** The message, however deep the fault lies. */
  private static String told(Throwable failure) {
    DataException found = FileFaults.explain(failure).orElseThrow();
    assertThat(found).hasCause(failure);
    String wrapped =
        FileFaults.explain(new RuntimeException(new SparkException("Job aborted.", failure)))
            .orElseThrow()
            .getMessage();
    assertThat(wrapped).isEqualTo(found.getMessage());
    return found.getMessage();
  }

  private static SparkException inATask(String host, Throwable failure) {
    return new SparkException(
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 1 times, most recent failure:"
            + " Lost task 0.0 in stage 1.0 (TID 1) ("
            + host
            + " executor 1): "
            + failure
            + "\n\tat a.b.C.d(C.java:1)",
        failure instanceof IOException io ? new UncheckedIOException(io) : failure);
  }
}
