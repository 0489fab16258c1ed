package dev.godwit.engine.check;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Asks the server how it would answer a query. Reads the plan that MongoDB's `explain` shows
/// (manual, "Explain Results": `queryPlanner.winningPlan`, its stages by name) and the one of
/// PostgreSQL that FerretDB passes on.
final class QueryPlan {

  private static final String STAGE = "stage";
  private static final String NODE = "Node Type";

  /// Conditions on documents; PostgreSQL also shows one that only says which collection it is.
  private static final List<String> ON_DOCUMENTS = List.of("document ", "object_id ");

  private final MongoDatabase database;
  private final CompiledCheck.Kind.UsesIndex check;

  QueryPlan(MongoDatabase database, CompiledCheck.Kind.UsesIndex check) {
    this.database = database;
    this.check = check;
  }

  /// What is wrong with the plan; empty when an index answers the query. A plan that cannot be read
  /// is wrong too: a check that cannot be made does not hold.
  Optional<String> problem() {
    if (!database.listCollectionNames().into(new ArrayList<>()).contains(check.collection())) {
      return Optional.of("'%s' does not exist".formatted(check.collection()));
    }
    BsonDocument find =
        new BsonDocument("find", new BsonString(check.collection()))
            .append("filter", check.filter());
    if (!check.sort().isEmpty()) {
      find.append("sort", check.sort());
    }
    BsonDocument explained =
        database.runCommand(
            new BsonDocument("explain", find).append("verbosity", new BsonString("queryPlanner")),
            BsonDocument.class);
    return problem(explained)
        .map(
            what ->
                "'%s' is asked for %s%s, and the server %s"
                    .formatted(
                        check.collection(),
                        Bson.shell(check.filter()),
                        check.sort().isEmpty() ? "" : " in the order " + Bson.shell(check.sort()),
                        what));
  }

  /// What is wrong with a plan as a server explains it.
  static Optional<String> problem(BsonDocument explained) {
    BsonDocument planner = explained.getDocument("queryPlanner", new BsonDocument());
    if (planner.containsKey("Plan")) {
      return ofPostgres(planner.getDocument("Plan"));
    }
    List<BsonDocument> stages = new ArrayList<>();
    collect(planner.get("winningPlan"), STAGE, stages);
    if (stages.isEmpty()) {
      return Optional.of(
          "does not show how it would answer, so this cannot be checked; take it out");
    }
    if (has(stages, STAGE, "COLLSCAN")) {
      return Optional.of("reads the whole collection");
    }
    return has(stages, STAGE, "SORT") ? Optional.of("sorts in memory") : Optional.empty();
  }

  private static Optional<String> ofPostgres(BsonDocument plan) {
    List<BsonDocument> nodes = new ArrayList<>();
    collect(plan, NODE, nodes);
    if (has(nodes, NODE, "Sort")) {
      return Optional.of("sorts in memory");
    }
    boolean index = nodes.stream().anyMatch(QueryPlan::usesIndex);
    return index ? Optional.empty() : Optional.of("reads the whole collection");
  }

  /// The name of the index that a plan uses; empty when it reads the whole collection, null when it
  /// does not show what it does.
  static String index(BsonDocument explained) {
    BsonDocument planner = explained.getDocument("queryPlanner", new BsonDocument());
    List<BsonDocument> parts = new ArrayList<>();
    if (planner.containsKey("Plan")) {
      collect(planner.get("Plan"), NODE, parts);
      return parts.stream()
          .filter(QueryPlan::usesIndex)
          .map(node -> node.getString("Index Name", new BsonString("an index")).getValue())
          .findFirst()
          .orElse("");
    }
    collect(planner.get("winningPlan"), STAGE, parts);
    if (parts.isEmpty()) {
      return null;
    }
    if (has(parts, STAGE, "COLLSCAN")) {
      return "";
    }
    return parts.stream()
        .filter(stage -> stage.isString("indexName"))
        .map(stage -> stage.getString("indexName").getValue())
        .findFirst()
        .orElse("_id_");
  }

  private static boolean usesIndex(BsonDocument node) {
    String condition = node.getString("Index Cond", new BsonString("")).getValue();
    return node.containsKey("Order By") || ON_DOCUMENTS.stream().anyMatch(condition::contains);
  }

  private static boolean has(List<BsonDocument> parts, String name, String word) {
    return parts.stream().anyMatch(part -> word.equals(part.getString(name).getValue()));
  }

  /// Every document with a `name`, at any depth: plans nest, and those of shards are in a list.
  private static void collect(BsonValue value, String name, List<BsonDocument> found) {
    if (value instanceof BsonArray array) {
      array.forEach(element -> collect(element, name, found));
    } else if (value instanceof BsonDocument document) {
      if (document.isString(name)) {
        found.add(document);
      }
      document.values().forEach(below -> collect(below, name, found));
    }
  }
}
