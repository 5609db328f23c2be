package org.c2fpl.faults;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system whose process dies by SIGKILL at one operation. The program itself is
 * unchanged: Spark's settings name the class, and a Java agent, {@link #agent}, provides it.
 *
 * <p>The agent's argument is {@code moment,operation,path,count}: {@code before} or {@code after};
 * {@code create}, {@code write}, {@code rename} or {@code delete}; a part of {@code path>}, of
 * {@code path>path>} if a file is renamed; the number of the operation, from 1.
 */
public final class KillingFileSystem extends LocalFileSystem {
  private static String moment = "";
  private static String operation = "";
  private static String path = "";
  private static int left;

  public KillingFileSystem() {
    super(new Raw());
  }

  /** Called by the JVM before the program's main method. */
  public static void premain(String argument) {
    List<String> words = List.of(argument.split(",", -1));
    moment = words.get(0);
    operation = words.get(1);
    path = words.get(2);
    left = Integer.parseInt(words.get(3));
  }

  /** Writes the agent's jar. */
  static void agent(java.nio.file.Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(new Attributes.Name("Premain-Class"), KillingFileSystem.class.getName());
    String folder = KillingFileSystem.class.getPackageName().replace('.', '/');
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<java.nio.file.Path> classes =
            Files.list(java.nio.file.Path.of("target/test-classes", folder))) {
      for (java.nio.file.Path each : classes.toList()) {
        String name = each.getFileName().toString();
        if (name.startsWith(KillingFileSystem.class.getSimpleName())) {
          out.putNextEntry(new JarEntry(folder + "/" + name));
          out.write(Files.readAllBytes(each));
          out.closeEntry();
        }
      }
    }
  }

  private static void reached(String when, String what, String where) {
    boolean here;
    synchronized (KillingFileSystem.class) {
      here = moment.equals(when) && operation.equals(what) && where.contains(path) && --left == 0;
    }
    if (here) {
      die();
    }
  }

  private static void die() {
    try {
      new ProcessBuilder("bash", "-c", "kill -KILL " + ProcessHandle.current().pid()).start();
      Thread.sleep(60_000);
      throw new IllegalStateException("still alive");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    protected OutputStream createOutputStreamWithMode(
        Path file, boolean append, FsPermission permission) throws IOException {
      reached("before", "create", file + ">");
      OutputStream out = super.createOutputStreamWithMode(file, append, permission);
      reached("after", "create", file + ">");
      return new Watched(out, file + ">");
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      reached("before", "rename", from + ">" + to + ">");
      boolean done = super.rename(from, to);
      reached("after", "rename", from + ">" + to + ">");
      return done;
    }

    @Override
    public boolean delete(Path file, boolean recursive) throws IOException {
      reached("before", "delete", file + ">");
      boolean done = super.delete(file, recursive);
      reached("after", "delete", file + ">");
      return done;
    }
  }

  private static final class Watched extends FilterOutputStream {
    private final String file;

    Watched(OutputStream out, String file) {
      super(out);
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      reached("before", "write", file);
      out.write(bytes, from, length);
      reached("after", "write", file);
    }
  }
}
