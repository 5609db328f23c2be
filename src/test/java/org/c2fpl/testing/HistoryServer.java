package org.c2fpl.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.c2fpl.workspace.Json;

/** Spark's own history server over a folder of event logs. */
public final class HistoryServer implements AutoCloseable {
  private final Process process;
  private final int port;

  /**
   * @param log for the server's output
   * @param events the event logs
   */
  public HistoryServer(Path log, Path events) throws IOException, InterruptedException {
    port = SparkJvm.freePort();
    process =
        SparkJvm.of(
                log,
                List.of(
                    "-Dspark.history.fs.logDirectory=" + events.toUri(),
                    "-Dspark.history.fs.update.interval=1s",
                    "-Dspark.history.ui.port=" + port),
                "org.apache.spark.deploy.history.HistoryServer",
                List.of())
            .start();
    SparkJvm.await(port, log);
  }

  /** The answer of {@code /api/v1/applications} with a path after it. */
  public JsonNode applications(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/applications" + path);
    return Json.MAPPER.readTree(uri.toURL());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }
}
