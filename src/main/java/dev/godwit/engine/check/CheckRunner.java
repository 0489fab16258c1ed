package dev.godwit.engine.check;

import com.mongodb.MongoException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledCheck;
import dev.godwit.engine.changelog.IndexDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/// Runs checks against a database.
public final class CheckRunner {

  /// A check that does not hold.
  ///
  /// @param message what was found, and where
  public record Failed(CompiledCheck check, String message) {}

  private static final int SAMPLE = 5;

  private final MongoDatabase database;
  private final Map<String, Long> expectedCounts;

  /// @param expectedCounts how many documents a collection should have at least, for
  ///     `countUnchanged`: those at the start and those that the steps inserted
  public CheckRunner(MongoDatabase database, Map<String, Long> expectedCounts) {
    this.database = database;
    this.expectedCounts = Map.copyOf(expectedCounts);
  }

  /// The first check that does not hold; empty when all do.
  public Optional<Failed> firstFailed(List<CompiledCheck> checks) {
    for (CompiledCheck check : checks) {
      Optional<String> message = run(check);
      if (message.isPresent()) {
        return Optional.of(
            new Failed(check, "check '%s': %s".formatted(check.name(), message.get())));
      }
    }
    return Optional.empty();
  }

  private Optional<String> run(CompiledCheck check) {
    return switch (check.kind()) {
      case CompiledCheck.Kind.Count count -> count(count);
      case CompiledCheck.Kind.NoDocuments none -> noDocuments(none);
      case CompiledCheck.Kind.CountUnchanged unchanged -> countUnchanged(unchanged);
      case CompiledCheck.Kind.IndexExists index -> indexExists(index);
      case CompiledCheck.Kind.CollectionExists exists ->
          isThere(exists.collection())
              ? Optional.empty()
              : Optional.of("'%s' does not exist".formatted(exists.collection()));
      case CompiledCheck.Kind.CollectionAbsent absent ->
          isThere(absent.collection())
              ? Optional.of("'%s' exists, but must not".formatted(absent.collection()))
              : Optional.empty();
      case CompiledCheck.Kind.SameCount same -> sameCount(same);
      case CompiledCheck.Kind.References references -> new Orphans(database, references).found();
      case CompiledCheck.Kind.Unique unique -> new Duplicates(database, unique).found();
      case CompiledCheck.Kind.Aggregate aggregate -> aggregate(aggregate);
      case CompiledCheck.Kind.UsesIndex query -> new QueryPlan(database, query).problem();
    };
  }

  private Optional<String> count(CompiledCheck.Kind.Count check) {
    long found = collection(check.collection()).countDocuments(check.filter());
    boolean tooFew = check.min() != null && found < check.min();
    boolean tooMany = check.max() != null && found > check.max();
    return tooFew || tooMany
        ? Optional.of(
            "'%s' has %d documents that match %s, but %s is needed"
                .formatted(check.collection(), found, Bson.shell(check.filter()), range(check)))
        : Optional.empty();
  }

  private static String range(CompiledCheck.Kind.Count check) {
    if (check.min() != null && check.min().equals(check.max())) {
      return "exactly " + check.min();
    }
    String min = check.min() == null ? "" : "at least " + check.min();
    String max = check.max() == null ? "" : "at most " + check.max();
    return min.isEmpty() || max.isEmpty() ? min + max : min + " and " + max;
  }

  private Optional<String> noDocuments(CompiledCheck.Kind.NoDocuments check) {
    List<String> sample =
        collection(check.collection())
            .find(check.filter())
            .projection(new BsonDocument("_id", new BsonInt32(1)))
            .limit(SAMPLE)
            .map(document -> Bson.shell(document.get("_id")))
            .into(new ArrayList<>());
    return sample.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' has %d documents that match %s, but none may; for example _id %s"
                .formatted(
                    check.collection(),
                    collection(check.collection()).countDocuments(check.filter()),
                    Bson.shell(check.filter()),
                    String.join(", ", sample)));
  }

  private Optional<String> countUnchanged(CompiledCheck.Kind.CountUnchanged check) {
    Long expected = expectedCounts.get(check.collection());
    if (expected == null) {
      return Optional.of(
          "'%s' was not counted at the start, because the check was added since; take it out or use count"
              .formatted(check.collection()));
    }
    long found = collection(check.collection()).countDocuments();
    return found < expected
        ? Optional.of(
            "'%s' has %d documents, but %d are expected: %d got lost"
                .formatted(check.collection(), found, expected, expected - found))
        : Optional.empty();
  }

  private boolean isThere(String collection) {
    return database.listCollectionNames().into(new ArrayList<>()).contains(collection);
  }

  private Optional<String> sameCount(CompiledCheck.Kind.SameCount check) {
    long left = collection(check.collection()).countDocuments(check.filter());
    long right = collection(check.otherCollection()).countDocuments(check.otherFilter());
    return left == right
        ? Optional.empty()
        : Optional.of(
            "'%s' has %d documents that match %s, but '%s' has %d that match %s"
                .formatted(
                    check.collection(),
                    left,
                    Bson.shell(check.filter()),
                    check.otherCollection(),
                    right,
                    Bson.shell(check.otherFilter())));
  }

  private Optional<String> aggregate(CompiledCheck.Kind.Aggregate check) {
    Yield result = Yield.of(database, check.collection(), check.stages());
    if (result.isEmpty() == check.empty()) {
      return Optional.empty();
    }
    return Optional.of(
        check.empty()
            ? "the pipeline on '%s' yields %d documents, but none may come; for example _id %s"
                .formatted(check.collection(), result.count(), result.sample())
            : "the pipeline on '%s' yields nothing, but something must come"
                .formatted(check.collection()));
  }

  private Optional<String> indexExists(CompiledCheck.Kind.IndexExists check) {
    List<IndexDefinition> indexes = new ArrayList<>();
    try {
      database
          .getCollection(check.collection())
          .listIndexes(BsonDocument.class)
          .map(IndexDefinition::ofServer)
          .into(indexes);
    } catch (MongoException missing) {
      // NamespaceNotFound: a missing collection has no indexes.
      if (missing.getCode() != 26) {
        throw missing;
      }
    }
    boolean there =
        indexes.stream()
            .filter(index -> index.sameKeys(check.keys()))
            .anyMatch(
                index ->
                    check.unique() == null
                        || check.unique() == index.options().containsKey("unique"));
    return there
        ? Optional.empty()
        : Optional.of(
            "'%s' has no %sindex on %s; it has %s"
                .formatted(
                    check.collection(),
                    Boolean.TRUE.equals(check.unique()) ? "unique " : "",
                    Bson.shell(check.keys()),
                    indexes.stream()
                        .map(IndexDefinition::describe)
                        .collect(Collectors.joining(", "))));
  }

  private MongoCollection<BsonDocument> collection(String name) {
    return database.getCollection(name, BsonDocument.class);
  }
}
