package org.c2fpl.frames;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A video on a Hadoop file system. */
public final class HadoopVideo extends VideoBytes {
  private final FSDataInputStream in;

  private HadoopVideo(FSDataInputStream in, long length) {
    super(length);
    this.in = in;
  }

  /**
   * Opens a video.
   *
   * @param source a path or URI; without a scheme, of the default file system
   */
  public static HadoopVideo open(String source, Configuration hadoop) throws IOException {
    Path path;
    try {
      path = new Path(source);
    } catch (IllegalArgumentException e) {
      throw new IOException(source + " is not a path", e);
    }
    FileSystem fileSystem = path.getFileSystem(hadoop);
    long length = fileSystem.getFileStatus(path).getLen();
    return new HadoopVideo(fileSystem.open(path), length);
  }

  @Override
  protected long position() throws IOException {
    return in.getPos();
  }

  @Override
  protected void seek(long position) throws IOException {
    in.seek(position);
  }

  @Override
  public int read() throws IOException {
    return in.read();
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    return in.read(bytes, from, length);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
