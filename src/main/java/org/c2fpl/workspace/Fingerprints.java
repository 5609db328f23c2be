package org.c2fpl.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

/** SHA-256 digests as lower-case hexadecimal. */
public final class Fingerprints {
  private Fingerprints() {}

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public static String sha256(byte[] bytes) {
    return hex(digest().digest(bytes));
  }

  /**
   * The SHA-256 of canonical JSON: without blanks, the keys of every object in the order of their
   * characters.
   */
  public static String of(JsonNode json) {
    return sha256(canonical(json).toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode canonical(JsonNode json) {
    if (json.isObject()) {
      TreeSet<String> keys = new TreeSet<>();
      json.fieldNames().forEachRemaining(keys::add);
      ObjectNode sorted = Json.object();
      keys.forEach(key -> sorted.set(key, canonical(json.get(key))));
      return sorted;
    }
    if (json.isArray()) {
      ArrayNode items = Json.MAPPER.createArrayNode();
      json.forEach(item -> items.add(canonical(item)));
      return items;
    }
    return json;
  }

  public static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
