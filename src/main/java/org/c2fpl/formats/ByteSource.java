package org.c2fpl.formats;

import java.io.IOException;
import java.io.InputStream;

/** A file that can be opened at any position, on any file system. */
public interface ByteSource {

  /** Its name in messages: the path as the user gave it. */
  String name();

  /** Length in bytes. */
  long length() throws IOException;

  /** A stream of the bytes from {@code offset} on; the caller closes it. */
  InputStream open(long offset) throws IOException;
}
