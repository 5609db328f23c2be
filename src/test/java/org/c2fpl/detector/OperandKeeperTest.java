package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

class OperandKeeperTest {

  @Test
  void isInUseWhereverThreadsArePinned() {
    NativeThreads.pin();

    assertThat(Nd4j.getExecutioner()).isInstanceOf(OperandKeeper.class);
    INDArray sum = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}});
    sum.addiRowVector(Nd4j.createFromArray(new float[] {10, 20}).reshape(1, 2));
    assertThat(sum.toFloatMatrix()).isDeepEqualTo(new float[][] {{11, 22}, {13, 24}});
  }

  @Test
  void keepsTheOperandsOfEveryKindOfOperation() {
    List<Method> operations =
        Arrays.stream(NativeOpExecutioner.class.getMethods())
            .filter(method -> method.getName().equals("exec") && !method.isBridge())
            // Aggregates are obsolete: nothing makes them any more.
            .filter(method -> !method.toGenericString().contains("ggregate"))
            .filter(method -> method.getDeclaringClass() == NativeOpExecutioner.class)
            .toList();

    assertThat(operations).hasSizeGreaterThan(10);
    assertThat(operations)
        .allSatisfy(
            method ->
                assertThat(
                        OperandKeeper.class
                            .getMethod("exec", method.getParameterTypes())
                            .getDeclaringClass())
                    .isEqualTo(OperandKeeper.class));
  }
}
