package org.c2fpl.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Spark daemon in a separate JVM, on loopback, from the build's jars. */
final class SparkJvm {
  private static final List<String> OPTIONS =
      List.of(
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC");

  private SparkJvm() {}

  /**
   * The process for a class of Spark, not yet started.
   *
   * @param log for both of its streams
   * @param options of the JVM
   */
  static ProcessBuilder of(Path log, List<String> options, String mainClass, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(options);
    command.addAll(List.of("-Xmx256m", "-cp", classPath(), mainClass));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }

  /** Spark's jars and their dependencies. */
  static String classPath() throws IOException {
    return Files.readString(Path.of("target", "spark-classpath.txt")).strip();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Returns as soon as a process listens on the port.
   *
   * @param log of that process, for the message
   */
  static void await(int port, Path log) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 300; attempt++) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return;
      } catch (java.net.ConnectException e) {
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
    throw new IOException("no process listens at port " + port + ": " + log);
  }
}
