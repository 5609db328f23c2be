package org.c2fpl.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
  private static final List<String> COLUMNS = List.of("a", "b", "c");

  @Provide
  Arbitrary<List<List<String>>> rows() {
    Arbitrary<String> awkward =
        Arbitraries.strings().withChars("\",\r\n \t\0#'x\u00e9\uFEFF\u2028").ofMaxLength(8);
    // An unpaired surrogate is no text, and UTF-8 has no bytes for it.
    Arbitrary<String> any =
        Arbitraries.strings()
            .ofMaxLength(12)
            .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)));
    return Arbitraries.oneOf(awkward, any).list().ofSize(COLUMNS.size()).list().ofMaxSize(4);
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll("rows") List<List<String>> rows, @ForAll("lineEnds") String lineEnd)
      throws IOException {
    StringWriter text = new StringWriter();
    CsvWriter writer = new CsvWriter(text, lineEnd, COLUMNS);
    for (List<String> row : rows) {
      writer.write(row.toArray());
    }
    assertThat(read(text.toString())).isEqualTo(rows);
  }

  @Provide
  Arbitrary<String> lineEnds() {
    return Arbitraries.of("\n", "\r\n", "\r");
  }

  @Test
  void aFieldIsQuotedOnlyWhereAReaderWouldTakeItForAnother() throws IOException {
    StringWriter text = new StringWriter();
    CsvWriter writer = new CsvWriter(text, "\n", List.of("video_id", "class"));
    writer.write("a b", null);
    writer.write("#c", "");
    writer.write("d,e", 0.5);
    writer.write("say \"hi\"", "f\rg");
    writer.write(" h", null);
    assertThat(text)
        .hasToString(
            """
            video_id,class
            a b,
            #c,""
            "d,e",0.5
            "say ""hi""\","f\rg"
            " h",
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesEndInAnyWayAndAreCounted(String end) throws IOException {
    String text =
        String.join(end, "\uFEFFa, b ,\tc", "", "1,\"two\n lines\" ,3", " ", "4,5,6", "7,8,9");
    List<String> refused = new ArrayList<>();
    CsvReader reader = reader(text, refused);
    assertThat(reader.header(COLUMNS, COLUMNS)).isEqualTo(COLUMNS);
    CsvReader.Fields first = reader.next();
    assertThat(first.line()).isEqualTo(3);
    assertThat(first.values()).containsExactly("1", "two\n lines", "3");
    assertThat(first.get("b")).isEqualTo("two\n lines");
    assertThat(first.get("d")).isNull();
    assertThat(reader.next().line()).isEqualTo(6);
    assertThat(reader.next().values()).containsExactly("7", "8", "9");
    assertThat(reader.next()).isNull();
    assertThat(refused).isEmpty();
  }

  @Test
  void linesMayEndInSeveralWays() throws IOException {
    assertThat(read("a,b,c\r\n\"1\r\",2,3\n4,5,6\r7,8,9\r\n"))
        .containsExactly(List.of("1\r", "2", "3"), List.of("4", "5", "6"), List.of("7", "8", "9"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "'1,\"2\"x,3'   | 2: text after a closing quote",
        "'1,2\"x,3'     | 2: a quote inside a field",
        "'1,2,\"3'      | 2: a quote without end",
        "'1,2,\"3\"\"'  | 2: a quote without end",
        "'1,2'          | 2: 2 fields, but the header has 3",
        "'1,2,3,4'      | 2: 4 fields, but the header has 3",
      })
  void aRecordThatIsNoneIsNamedAndLeftOut(String record, String found) throws IOException {
    List<String> refused = new ArrayList<>();
    CsvReader reader = reader("a,b,c\n" + record + "\n4,5,6\n", refused);
    reader.header(COLUMNS, List.of());
    while (reader.next() != null) {
      assertThat(refused).isNotEmpty();
    }
    assertThat(refused).containsExactly(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a, b, c, d       | unknown column 'd'",
        "a, b, c, b       | column 'b' occurs twice",
        "c, b             | the header lacks a",
        "b                | the header lacks a, c",
      })
  void columnsAreRefusedByName(String header, String found) throws IOException {
    List<String> refused = new ArrayList<>();
    reader(header, refused).header(COLUMNS, COLUMNS);
    assertThat(refused).containsExactly("1: " + found);
  }

  private static List<List<String>> read(String text) throws IOException {
    List<String> refused = new ArrayList<>();
    CsvReader reader = reader(text, refused);
    reader.header(COLUMNS, COLUMNS);
    List<List<String>> rows = new ArrayList<>();
    for (CsvReader.Fields row = reader.next(); row != null; row = reader.next()) {
      rows.add(row.values());
    }
    assertThat(refused).isEmpty();
    return rows;
  }

  private static CsvReader reader(String text, List<String> refused) throws IOException {
    return new CsvReader(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        "it",
        (line, written, found, remedy) -> refused.add(line + ": " + found));
  }
}
