package org.c2fpl.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Takes what Graphite's plaintext protocol brings: lines of a path, a value and a time. */
public final class GraphiteListener implements AutoCloseable {
  private final Map<String, String> values = new ConcurrentHashMap<>();
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Thread thread = new Thread(this::listen, "graphite-listener");

  public GraphiteListener() throws IOException {
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Ends the listening once everything that was sent is read; the last value of each path. */
  public Map<String, String> last() throws IOException, InterruptedException {
    // A connection of our own stands in the queue behind those that others made.
    new Socket(InetAddress.getLoopbackAddress(), port()).close();
    thread.join(10_000);
    return values;
  }

  private void listen() {
    boolean ours = false;
    while (!ours) {
      try (Socket socket = server.accept();
          BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        ours = true;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          ours = false;
          String[] parts = line.split(" ", -1);
          values.put(parts[0], parts[1]);
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
