package org.c2fpl.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No part of a key is shown, with any characters; other text stays. */
class SecretsTest {
  private static final String MESSAGE = "Cannot read %s: it is not there. Check the path.";

  /** Keys of AWS, and passwords with any visible characters. */
  @Provide
  Arbitrary<String> secrets() {
    return Arbitraries.oneOf(
        Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(40),
        Arbitraries.strings().alpha().numeric().withChars("/+").ofLength(40),
        Arbitraries.strings().withChars("@/:+=?&#%[]\"'1").ofMinLength(1).ofMaxLength(8));
  }

  @Provide
  Arbitrary<String> users() {
    return Arbitraries.strings().alpha().numeric().withChars("@.-_").ofMaxLength(20);
  }

  @Provide
  Arbitrary<String> tokens() {
    return secrets().map(secret -> secret.replace('&', '+'));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(
        "sig",
        "X-Amz-Signature",
        "x-amz-signature",
        "X-Amz-Credential",
        "X-Amz-Security-Token",
        "X-Goog-Signature",
        "Signature",
        "AWSAccessKeyId",
        "access_token");
  }

  @Property
  void userInformation(
      @ForAll("users") String user, @ForAll("secrets") String secret, @ForAll boolean s3) {
    String scheme = s3 ? "s3a" : "ftp";
    assertThat(masked(scheme + "://" + user + ":" + secret + "@bucket/x.npy"))
        .isEqualTo(String.format(MESSAGE, scheme + "://***@bucket/x.npy"));
  }

  @Property
  void userInformationBeforeAPathWithAnAtSign(
      @ForAll("users") String user, @ForAll("secrets") String secret) {
    assertThat(masked("s3a://" + user + ":" + secret + "@bucket/y@z"))
        .isEqualTo(String.format(MESSAGE, "s3a://***@z"));
  }

  @Property
  void tokensInQueries(@ForAll("names") String name, @ForAll("tokens") String token) {
    assertThat(masked("https://h/a.npy?sv=2024&" + name + "=" + token + "&se=2026-01-01"))
        .isEqualTo(
            String.format(MESSAGE, "https://h/a.npy?sv=2024&" + name + "=***&se=2026-01-01"));
    assertThat(masked("abfs://h/a?" + name + "=" + token + " ")).contains("?" + name + "=*** :");
  }

  @Property
  void pathsOfHdfsAreNoSecrets(@ForAll("secrets") String path) {
    String uri = "hdfs://h:8020/" + path.replace("://", ":/").replace("=", "-");
    assertThat(masked(uri)).isEqualTo(String.format(MESSAGE, uri));
  }

  @Example
  void whatIsNoneStays() {
    for (String text :
        new String[] {
          "s3a://bucket/a@b",
          "/f/a:b@c",
          "file:///a:b@c",
          "design=1",
          "a signature = x",
          "http://h:80/"
        }) {
      assertThat(Secrets.masked(text)).isEqualTo(text);
    }
    assertThat(Secrets.masked(null)).isNull();
  }

  @Example
  void sparksLogHasTheSameExpression() throws IOException {
    String escaped = Secrets.EXPRESSION.replace("\\", "\\\\");
    for (String file : new String[] {"conf/log4j2.properties", "conf/log4j2-json.properties"}) {
      assertThat(Files.readString(Path.of(file))).as(file).contains("{" + escaped + "}{***}");
    }
  }

  private static String masked(String uri) {
    return new DataException(String.format(MESSAGE, uri)).getMessage();
  }
}
