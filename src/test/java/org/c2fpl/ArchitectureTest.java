package org.c2fpl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of docs/architecture.md. */
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
      noClasses()
          .that()
          .resideInAPackage("org.c2fpl.method..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.c2fpl.cli..",
              "org.c2fpl.demo..",
              "org.c2fpl.detector..",
              "org.c2fpl.doctor..",
              "org.c2fpl.formats..",
              "org.c2fpl.report..",
              "org.c2fpl.stages..",
              "org.c2fpl.workspace..");

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
              "java.nio.file..",
              "org.c2fpl.cli..",
              "org.c2fpl.stages..",
              "org.c2fpl.workspace..");

  @ArchTest
  static final ArchRule thePageIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage("org.c2fpl.report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache..",
              "scala..",
              "picocli..",
              "java.nio.file..",
              "org.c2fpl.cli..",
              "org.c2fpl.stages..",
              "org.c2fpl.workspace..");

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
  static final ArchRule theDetectorIsNoStage =
      noClasses()
          .that()
          .resideInAPackage("org.c2fpl.detector..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.c2fpl.stages..");

  @ArchTest
  static final ArchRule nobodyEndsTheProcessButMain =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.c2fpl.cli.Main")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("org.c2fpl.(*)..").should().beFreeOfCycles();
}
