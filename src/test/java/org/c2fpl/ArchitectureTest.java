package org.c2fpl;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashMap;
import java.util.Map;

/** The package boundaries of docs/architecture.md. */
@AnalyzeClasses(packages = "org.c2fpl", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theMethodIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage("org.c2fpl.method..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache..",
              "scala..",
              "org.nd4j..",
              "org.deeplearning4j..",
              "picocli..",
              "com.fasterxml..",
              "java.nio.file..",
              "java.net..");

  @ArchTest
  static final ArchRule theMethodKnowsOnlyItselfAndErrors =
      classes()
          .that()
          .resideInAPackage("org.c2fpl.method..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("org.c2fpl.method..", "org.c2fpl.errors")
                  .or(resideOutsideOfPackage("org.c2fpl..")));

  @ArchTest
  static final ArchRule formatsReadStreamsOfAnyOrigin =
      noClasses()
          .that()
          .resideInAPackage("org.c2fpl.formats..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "scala..",
              "picocli..",
              "java.nio.file..");

  @ArchTest
  static final ArchRule formatsKnowOnlyThemselvesAndErrors =
      classes()
          .that()
          .resideInAPackage("org.c2fpl.formats..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("org.c2fpl.formats..", "org.c2fpl.errors")
                  .or(resideOutsideOfPackage("org.c2fpl..")));

  @ArchTest
  static final ArchRule thePageIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage("org.c2fpl.report.page")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache..", "scala..", "picocli..", "java.nio.file..");

  @ArchTest
  static final ArchRule onlyTheCommandLineKnowsPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.c2fpl.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule nothingDependsOnTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.c2fpl.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.c2fpl.cli..");

  @ArchTest
  static final ArchRule onlyTheDetectorKnowsDl4j =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.c2fpl.detector..", "org.c2fpl.doctor..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");

  @ArchTest
  static final ArchRule nobodyEndsTheProcessButMain =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.c2fpl.cli.Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  /**
   * Cycles of leaf packages: {@code org.c2fpl.report} and {@code org.c2fpl.report.page} are two
   * packages.
   */
  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("org.c2fpl.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noTwoClassesShareASimpleName =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .doNotHaveSimpleName("package-info")
          .should(haveANameOfTheirOwn());

  private static ArchCondition<JavaClass> haveANameOfTheirOwn() {
    Map<String, JavaClass> first = new HashMap<>();
    return new ArchCondition<>("have a simple name of their own") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        JavaClass other = first.putIfAbsent(item.getSimpleName(), item);
        if (other != null && !other.getName().equals(item.getName())) {
          events.add(
              SimpleConditionEvent.violated(item, item.getName() + " and " + other.getName()));
        }
      }
    };
  }
}
