package dev.godwit.property;

import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.engine.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random documents, random migrations, a crash at a random write: whatever happens, a run that is
/// resumed ends as one that was never interrupted, and a rollback leaves every byte as it was.
///
/// `-Dgodwit.property=1h` says how long (`make test-property`), `-Dgodwit.seed=…` where to begin. A
/// failure is made smaller and written to `target/property/<seed>`; moved to
/// `src/test/resources/property` it stays a test ([PropertyRegressionMongoIT]).
///
/// Left out, as FerretDB cannot do it: capped and time-series collections, views, collations,
/// hidden indexes, names that begin with a dollar (its replaceOne refuses documents that have one),
/// transactions. Left out, as it cannot be the same twice: `$currentDate`, `$$NOW`, `$rand`.
class PropertyMongoIT {

  private static final Duration LENGTH =
      GoDuration.parse(System.getProperty("godwit.property", "2m"));
  private static final Duration SHRINKING =
      GoDuration.parse(System.getProperty("godwit.property.shrink", "90s"));
  private static final int REPETITIONS = 3;

  private final Map<String, Integer> counts = new TreeMap<>();

  @Test
  void everyInterruptionCanBeResumedAndTakenBack() throws IOException {
    long first = Long.getLong("godwit.seed", System.nanoTime());
    long begin = System.nanoTime();
    int cases = 0;
    System.out.printf("property: from seed %d, %s%n", first, LENGTH);
    while (System.nanoTime() - begin < LENGTH.toNanos()) {
      long seed = first + cases++;
      Case one = CaseGenerator.of(seed);
      try {
        count(one, Trial.run(one));
      } catch (RunException refused) {
        counts.merge("refused by the compiler", 1, Integer::sum);
      } catch (Trial.Violation violation) {
        report(seed, one, violation);
      }
    }
    System.out.printf(
        "property: %d cases, seeds %d to %d, %.2f cases/s, %s%n",
        cases, first, first + cases - 1, cases / (double) LENGTH.toSeconds(), counts);
  }

  private void count(Case one, Trial.Told told) {
    counts.merge("ended " + told.verdict(), 1, Integer::sum);
    counts.merge(
        told.crashed() ? "crash " + one.crash().apply().kind() : "no crash", 1, Integer::sum);
    one.steps().forEach(step -> counts.merge(operation(step), 1, Integer::sum));
  }

  private static String operation(com.fasterxml.jackson.databind.node.ObjectNode step) {
    return step.properties().stream()
        .map(Map.Entry::getKey)
        .filter(field -> !field.equals("name") && !field.equals("rollback"))
        .findFirst()
        .orElseThrow();
  }

  private static void report(long seed, Case one, Trial.Violation violation) throws IOException {
    System.out.printf("property: seed %d failed: %s%n", seed, violation.getMessage());
    int again = repeat(one);
    Shrinker.Shrunk shrunk =
        Shrinker.shrink(one, violation, System.nanoTime() + SHRINKING.toNanos());
    Path folder = Path.of("target", "property", Long.toString(seed));
    CaseFiles.write(shrunk.smallest(), folder);
    CaseFiles.write(one, folder.resolve("as-generated"));
    throw new AssertionError(
        "seed %d: %s%nrepeated %d times, it failed %d times; to repeat it: make test-property SEED=%d DURATION=1s%nthe smallest case found is in %s:%n%s%s"
            .formatted(
                seed,
                shrunk.violation().getMessage(),
                REPETITIONS,
                again,
                seed,
                folder,
                CaseFiles.spec(shrunk.smallest()),
                shrunk.smallest().crash()),
        shrunk.violation());
  }

  private static int repeat(Case one) {
    int failed = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      try {
        Trial.run(one);
      } catch (Trial.Violation again) {
        failed++;
      }
    }
    return failed;
  }
}
