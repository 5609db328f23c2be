package org.c2fpl.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyHeaderTest {
  private static final String GOOD = NpyBytes.header("<f4", false, "(3, 4)");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsEveryVersion(int major) throws IOException {
    byte[] file = NpyBytes.withHeader(major, GOOD, new byte[48]);

    NpyHeader header = read(file);

    assertThat(header.shape()).containsExactly(3L, 4L);
    assertThat(header.dtype().toString()).isEqualTo("float32");
    assertThat(header.fortranOrder()).isFalse();
    assertThat(header.dataOffset()).isEqualTo(file.length - 48);
    assertThat(header.dataBytes()).isEqualTo(48);
    assertThat(header.shapeText()).isEqualTo("(3, 4)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'shape': (3, 4), 'fortran_order': False, 'descr': '<f4'}",
        "{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (3L, 4L)}",
        "{'descr':'<f4','fortran_order':False,'shape':(3,4,),}",
        " \n{ 'descr' : '<f4' ,\t'fortran_order' : False , 'shape' : ( 3 , 4 ) , }  \n "
      })
  void readsEveryWayToWriteTheSame(String text) throws IOException {
    NpyHeader header = read(NpyBytes.withHeader(1, text, new byte[48]));

    assertThat(header.shape()).containsExactly(3L, 4L);
  }

  @ParameterizedTest
  @CsvSource({"(),1,()", "'(7,)',7,'(7,)'", "'(0, 5)',0,'(0, 5)'"})
  void readsEveryRank(String shape, long elements, String shown) throws IOException {
    NpyHeader header = read(NpyBytes.of("<f8", true, shape, new byte[0]));

    assertThat(header.elements()).isEqualTo(elements);
    assertThat(header.shapeText()).isEqualTo(shown);
    assertThat(header.fortranOrder()).isTrue();
  }

  static Stream<Arguments> wrongHeaders() {
    return Stream.of(
        Arguments.of("{'descr': '<f4', 'fortran_order': False}", "its header has no key 'shape'"),
        Arguments.of("{'fortran_order': False, 'shape': (3,)}", "its header has no key 'descr'"),
        Arguments.of("{'descr': '<f4', 'shape': (3,)}", "its header has no key 'fortran_order'"),
        Arguments.of("{'descr': '<f4', 'version': 1}", "its header has unknown key 'version'"),
        Arguments.of("{'descr': '<f4', 'descr': '<f4'}", "its header has key 'descr' twice"),
        Arguments.of(
            "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
            "it holds pickled Python objects, which are never loaded"),
        Arguments.of(
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}",
            "its elements are records (a structured dtype)"),
        Arguments.of("{'descr': '<U8'}", "its dtype '<U8' is unknown"),
        Arguments.of("{'descr': '<c8'}", "its dtype '<c8' is unknown"),
        Arguments.of("{'descr': '|f4'}", "its dtype '|f4' is unknown"),
        Arguments.of("{'descr': '<f16'}", "its dtype '<f16' is unknown"),
        Arguments.of("{'descr': '<i3'}", "its dtype '<i3' is unknown"),
        Arguments.of("{'descr': '=f4'}", "its dtype '=f4' is unknown"),
        Arguments.of("{'descr': 4}", "something other than text where text belongs"),
        Arguments.of("{'descr': '<f4}", "a text without end"),
        Arguments.of("{'de\\'scr': '<f4'}", "an escape sequence"),
        Arguments.of("{'fortran_order': 0}", "a fortran_order that is neither True nor False"),
        Arguments.of("{'shape': (3)}", "a shape that is not a tuple"),
        Arguments.of("{'shape': (3 4)}", "a shape without commas"),
        Arguments.of("{'shape': (-3, 4)}", "a shape with something other than lengths"),
        Arguments.of("{'shape': (2**40,)}", "a shape without commas"),
        Arguments.of("{'shape': (9999999999999999999,)}", "a shape with a length of 19 digits"),
        Arguments.of(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
            "claims the shape [4294967296, 4294967296], more than any file holds"),
        Arguments.of(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296)}",
            "more than any file holds"),
        Arguments.of("{'shape': (" + "1, ".repeat(33) + ")}", "a shape of 33 axes"),
        Arguments.of(GOOD + " exec('x')", "text after the dictionary"),
        Arguments.of("__import__('os')", "no '{' at character 0"),
        Arguments.of("{'descr' '<f4'}", "no ':' at character 9"),
        Arguments.of("{'descr': '<f4' 'shape': (3,)}", "no '}' at character"));
  }

  @ParameterizedTest
  @MethodSource("wrongHeaders")
  void refusesOtherHeaders(String text, String found) {
    assertThatThrownBy(() -> read(NpyBytes.withHeader(1, text, new byte[48])))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read a.npy: ")
        .hasMessageContaining(found);
  }

  static Stream<Arguments> wrongFiles() {
    byte[] good = NpyBytes.withHeader(1, GOOD, new byte[48]);
    byte[] version = good.clone();
    version[6] = 4;
    byte[] long2 = NpyBytes.withHeader(2, GOOD, new byte[0]);
    long2[11] = (byte) 0xff;
    return Stream.of(
        Arguments.of(new byte[0], "the file is empty"),
        Arguments.of("PK\3\4xxxxxxxx".getBytes(StandardCharsets.US_ASCII), "it is a zip archive"),
        Arguments.of(
            "a,b,c\n1,2,3\n".getBytes(StandardCharsets.US_ASCII),
            "does not start like an npy file"),
        Arguments.of(version, "it has npy version 4.0"),
        Arguments.of(Arrays.copyOf(good, 7), "it ends within its header"),
        Arguments.of(Arrays.copyOf(good, 40), "it ends within its header"),
        Arguments.of(long2, "its header claims 42781"));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void refusesOtherFiles(byte[] file, String found) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read a.npy: ")
        .hasMessageContaining(found);
  }

  @Test
  void namesWhatALengthThatDoesNotFitMeans() throws IOException {
    NpyHeader header = read(NpyBytes.withHeader(1, GOOD, new byte[0]));

    assertThatThrownBy(() -> header.checkLength(header.dataOffset() + 47, "a.npy"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read a.npy: its header says float32 (3, 4), which is 48 bytes, and 47 follow"
                + " it. The file is cut short or its header is wrong; copy or make it again.");
    assertThatThrownBy(() -> header.checkLength(header.dataOffset() + 49, "a.npy"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("and 49 follow it. The file is too long or its header is wrong");
  }

  @Property
  void noiseIsRefused(@ForAll @Size(max = 90) List<Byte> noise) throws IOException {
    byte[] text = new byte[noise.size()];
    for (int i = 0; i < text.length; i++) {
      text[i] = noise.get(i);
    }
    byte[] file =
        NpyBytes.withHeader(1, new String(text, StandardCharsets.ISO_8859_1), new byte[0]);

    assertThatThrownBy(() -> read(file)).isInstanceOf(DataException.class);
  }

  private static NpyHeader read(byte[] file) throws IOException {
    return NpyHeader.read(new ByteArrayInputStream(file), "a.npy");
  }
}
