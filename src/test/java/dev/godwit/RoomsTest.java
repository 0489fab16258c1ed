package dev.godwit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may import whom: arrows point only downwards.
@AnalyzeClasses(packages = "dev.godwit", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

  private static final String API = "dev.godwit.api..";
  private static final String CORE = "dev.godwit.core..";
  private static final String ENGINE = "dev.godwit.engine..";
  private static final String OPERATOR = "dev.godwit.operator..";
  private static final String CLI = "dev.godwit.cli..";

  @ArchTest
  static final ArchRule apiImportsNoOtherRoom =
      noClasses()
          .that()
          .resideInAPackage(API)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORE, ENGINE, OPERATOR, CLI, "com.mongodb..", "org.bson..");

  @ArchTest
  static final ArchRule coreImportsTheApiAndTheJdkOnly =
      classes()
          .that()
          .resideInAPackage(CORE)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(CORE, API, "java..").or(type(Condition.class)));

  @ArchTest
  static final ArchRule coreHasNoClock =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule engineKnowsNoKubernetes =
      noClasses()
          .that()
          .resideInAPackage(ENGINE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              CORE, OPERATOR, CLI, "io.javaoperatorsdk..", "io.quarkus..", "io.fabric8..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule operatorTouchesNoDatabase =
      noClasses()
          .that()
          .resideInAPackage(OPERATOR)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENGINE, CLI, "com.mongodb..", "org.bson..");

  @ArchTest
  static final ArchRule cliKnowsNoOperator =
      noClasses()
          .that()
          .resideInAPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(OPERATOR, CORE, "io.javaoperatorsdk..", "io.quarkus..")
          .allowEmptyShould(true);

  @Test
  void reconcilersAreShort() throws IOException {
    try (var files = Files.walk(Path.of("src/main/java/dev/godwit/operator"))) {
      List<Path> reconcilers =
          files.filter(file -> file.getFileName().toString().endsWith("Reconciler.java")).toList();
      assertThat(reconcilers).isNotEmpty();
      for (Path reconciler : reconcilers) {
        assertThat(Files.readAllLines(reconciler))
            .as(reconciler.getFileName().toString())
            .hasSizeLessThanOrEqualTo(120);
      }
    }
  }
}
