package org.c2fpl.errors;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/** A stream that sends the output of one thread to another target. */
public final class StreamByThread extends OutputStream {
  private final Thread thread;
  private final OutputStream its;
  private final OutputStream others;

  private StreamByThread(Thread thread, OutputStream its, OutputStream others) {
    this.thread = thread;
    this.its = its;
    this.others = others;
  }

  /** A stream that can replace standard error. */
  public static PrintStream of(Thread thread, OutputStream its, OutputStream others) {
    return new PrintStream(new StreamByThread(thread, its, others), true, Charset.defaultCharset());
  }

  private OutputStream current() {
    return Thread.currentThread() == thread ? its : others;
  }

  @Override
  public void write(int b) throws IOException {
    current().write(b);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    current().write(bytes, from, length);
  }

  @Override
  public void flush() throws IOException {
    current().flush();
  }
}
