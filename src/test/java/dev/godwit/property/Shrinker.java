package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.engine.bson.Bson;
import dev.godwit.property.Case.Crash;
import dev.godwit.property.Case.Kind;
import dev.godwit.property.Case.Point;
import dev.godwit.property.Case.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;

/// Makes a failing case smaller while it still fails: fewer steps, documents, fields, indexes,
/// settings, crashes. Each candidate is tried at several points of its shorter way.
final class Shrinker {

  private static final int POINTS = 8;
  private static final List<String> LISTS = List.of("documents", "indexes", "keys", "rollback");

  private final long until;
  private Case smallest;
  private Trial.Violation violation;

  private Shrinker(Case failing, Trial.Violation violation, long until) {
    this.smallest = failing;
    this.violation = violation;
    this.until = until;
  }

  /// @param violation the last one seen
  record Shrunk(Case smallest, Trial.Violation violation) {}

  static Shrunk shrink(Case failing, Trial.Violation violation, long untilNanos) {
    Shrinker shrinker = new Shrinker(failing, violation, untilNanos);
    while (shrinker.pass()) {
      // Until nothing more can go.
    }
    return new Shrunk(shrinker.smallest, shrinker.violation);
  }

  private boolean pass() {
    boolean smaller = false;
    for (int i = smallest.steps().size() - 1; i >= 0 && smallest.steps().size() > 1; i--) {
      List<ObjectNode> steps = new ArrayList<>(smallest.steps());
      steps.remove(i);
      smaller |= attempt(smallest.withSteps(steps));
    }
    for (int i = 0; i < smallest.steps().size(); i++) {
      smaller |= lists(i);
      smaller |= inserted(i);
    }
    smaller |= crashes();
    smaller |= settings();
    for (String name : smallest.collections().keySet()) {
      smaller |= documents(name);
      smaller |= fields(name);
    }
    return smaller && !over();
  }

  /// Elements of the lists of a step: documents, indexes, keys.
  private boolean lists(int step) {
    boolean smaller = false;
    for (String list : LISTS) {
      for (int i = 0; i < list(smallest, step, list).size(); i++) {
        if (list(smallest, step, list).size() > 1) {
          Case candidate = copy(step);
          list(candidate, step, list).remove(i);
          if (attempt(candidate)) {
            smaller = true;
            i--;
          }
        }
      }
    }
    return smaller;
  }

  /// Fields of the documents that a step inserts.
  private boolean inserted(int step) {
    boolean smaller = false;
    for (int i = 0; i < list(smallest, step, "documents").size(); i++) {
      for (String field : document(smallest, step, i).keySet()) {
        Case candidate = copy(step);
        BsonDocument document = document(candidate, step, i);
        document.remove(field);
        list(candidate, step, "documents").set(i, Bson.shell(document));
        smaller |= attempt(candidate);
      }
    }
    return smaller;
  }

  private static BsonDocument document(Case one, int step, int index) {
    return BsonDocument.parse(list(one, step, "documents").get(index).asText());
  }

  private Case copy(int step) {
    List<ObjectNode> steps = new ArrayList<>(smallest.steps());
    steps.set(step, steps.get(step).deepCopy());
    return smallest.withSteps(steps);
  }

  private static ArrayNode list(Case one, int step, String name) {
    return one.steps().get(step).findValue(name) instanceof ArrayNode found
        ? found
        : JsonNodeFactory.instance.arrayNode();
  }

  private boolean crashes() {
    boolean smaller = false;
    Crash crash = smallest.crash();
    Point none = new Point(Kind.NONE, 0);
    if (crash.rollback().kind() != Kind.NONE) {
      smaller = attempt(smallest.withCrash(new Crash(crash.apply(), crash.resumed(), none)));
    }
    crash = smallest.crash();
    if (crash.apply().kind() != Kind.NONE) {
      smaller |= attempt(smallest.withCrash(new Crash(none, crash.resumed(), crash.rollback())));
    }
    return smaller;
  }

  private boolean settings() {
    boolean smaller = false;
    for (String setting : List.of("parallelism", "size")) {
      ObjectNode settings = smallest.settings().deepCopy();
      if (settings.has("batches")
          && ((ObjectNode) settings.get("batches")).remove(setting) != null) {
        smaller |= attempt(smallest.withSettings(settings));
      }
    }
    return smaller;
  }

  private boolean documents(String name) {
    boolean smaller = false;
    for (int size = smallest.collections().get(name).documents().size(); size > 0; size /= 2) {
      for (int from = 0; from < smallest.collections().get(name).documents().size(); from += size) {
        Seed seed = smallest.collections().get(name);
        List<BsonDocument> rest = new ArrayList<>(seed.documents());
        rest.subList(from, Math.min(from + size, rest.size())).clear();
        if (attempt(smallest.with(name, new Seed(rest, seed.indexes())))) {
          smaller = true;
          from -= size;
        }
      }
    }
    Seed seed = smallest.collections().get(name);
    return smaller
        | (!seed.indexes().isEmpty()
            && attempt(smallest.with(name, new Seed(seed.documents(), List.of()))));
  }

  private boolean fields(String name) {
    boolean smaller = false;
    for (int i = 0; i < smallest.collections().get(name).documents().size(); i++) {
      for (String field :
          List.copyOf(smallest.collections().get(name).documents().get(i).keySet())) {
        if (!field.equals("_id")) {
          Seed seed = smallest.collections().get(name);
          List<BsonDocument> changed = new ArrayList<>(seed.documents());
          BsonDocument document = changed.get(i).clone();
          document.remove(field);
          changed.set(i, document);
          smaller |= attempt(smallest.with(name, new Seed(changed, seed.indexes())));
        }
      }
    }
    return smaller;
  }

  private boolean attempt(Case candidate) {
    if (over()) {
      return false;
    }
    Optional<Trial.Violation> failed = fails(candidate);
    failed.ifPresent(
        seen -> {
          smallest = candidate;
          violation = seen;
        });
    return failed.isPresent();
  }

  private static Optional<Trial.Violation> fails(Case candidate) {
    Kind kind = candidate.crash().apply().kind();
    List<Point> points =
        kind == Kind.NONE
            ? List.of(candidate.crash().apply())
            : Stream.iterate(0, i -> i < POINTS, i -> i + 1)
                .map(i -> new Point(kind, i * 1000 / POINTS))
                .toList();
    try {
      Trial.run(candidate, points);
      return Optional.empty();
    } catch (Trial.Violation seen) {
      return Optional.of(seen);
    } catch (RuntimeException notACase) {
      return Optional.empty();
    }
  }

  private boolean over() {
    return System.nanoTime() - until > 0;
  }
}
