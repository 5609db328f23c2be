package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComputeCapabilityTest {
  @ParameterizedTest
  @CsvSource({"3,7", "5,0", "5,3", "6,2", "7,0", "7,2", "7,5", "8,0", "8,6", "8,7", "8,9"})
  void machineCodeRunsOnLaterMinorsOfItsMajor(int major, int minor) {
    ComputeCapability gpu = new ComputeCapability(major, minor);
    assertThat(gpu.hasMachineCode()).isTrue();
    assertThatCode(() -> gpu.requireMachineCode(0)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"3,0", "3,5", "9,0", "10,0", "12,0"})
  void thereIsNoneForOthers(int major, int minor) {
    ComputeCapability gpu = new ComputeCapability(major, minor);
    assertThat(gpu.hasMachineCode()).isFalse();
    assertThatThrownBy(() -> gpu.requireMachineCode(1))
        .hasMessage(
            "GPU 1 has compute capability %d.%d, and ND4J's machine code is for 3.7, 5.0, 5.2, 6.0,"
                    .formatted(major, minor)
                + " 6.1, 7.0, 7.5, 8.0 and 8.6");
  }
}
