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

/** Receives Graphite's plaintext protocol: lines of a path, a value and a time. */
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

  /** Stops listening after everything sent was read; returns the last value of each path. */
  public Map<String, String> last() throws IOException, InterruptedException {
    // This connection is in the queue after those of the senders.
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
