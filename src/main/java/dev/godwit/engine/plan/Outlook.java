package dev.godwit.engine.plan;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.WhenNotMatched;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.IndexDefinition;
import dev.godwit.engine.step.Catalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What the steps so far will have made of the collections, over the migrations of a folder. It
/// begins as the database is now; each step is added in its order.
final class Outlook {

  /// A collection as it will be.
  ///
  /// @param type `collection`, `view` or `timeseries`
  /// @param indexes those that are known; none for a view
  /// @param origin the collection that has its documents now; null when there are none now
  /// @param inserted documents that steps will have inserted, where that is known
  /// @param changed whether a step changes documents of it
  /// @param touched which fields of its documents each step may change
  /// @param causes the steps that make it differ from what is there now
  record Future(
      boolean exists,
      String type,
      BsonDocument options,
      List<IndexDefinition> indexes,
      String origin,
      long inserted,
      boolean changed,
      Map<Cause, TouchedFields> touched,
      Set<String> causes) {

    /// The steps that may change one of the fields in documents that are there now.
    ///
    /// @param fields null for any
    List<String> changers(Collection<String> fields) {
      return touched.entrySet().stream()
          .filter(step -> fields == null || step.getValue().touches(fields))
          .map(step -> step.getKey().toString())
          .sorted()
          .toList();
    }

    boolean isPlain() {
      return type.equals(COLLECTION);
    }

    /// Without what is known of its documents.
    Catalog.Entry entry() {
      return new Catalog.Entry(exists, options, indexes);
    }

    private Future with(List<IndexDefinition> nowIndexes, BsonDocument nowOptions, Cause cause) {
      return new Future(
          exists, type, nowOptions, nowIndexes, origin, inserted, changed, touched, and(cause));
    }

    private Future withDocuments(long more, TouchedFields fields, Cause cause) {
      Map<Cause, TouchedFields> all = new HashMap<>(touched);
      if (fields.all() || !fields.paths().isEmpty()) {
        all.put(cause, fields);
      }
      return new Future(
          exists, type, options, indexes, origin, inserted + more, true, all, and(cause));
    }

    private Future moved(Cause cause) {
      return new Future(
          exists, type, options, indexes, origin, inserted, changed, touched, and(cause));
    }

    private Set<String> and(Cause cause) {
      Set<String> all = new TreeSet<>(causes);
      all.add(cause.toString());
      return all;
    }
  }

  static final String COLLECTION = "collection";

  private static final Future ABSENT =
      new Future(
          false, COLLECTION, new BsonDocument(), List.of(), null, 0, false, Map.of(), Set.of());

  private final Map<String, Future> collections = new HashMap<>();
  private final Map<IndexDefinition, Cause> made = new IdentityHashMap<>();

  private final Set<String> unknown = new HashSet<>();
  private boolean allUnknown;

  private Outlook() {}

  /// As the database is now.
  static Outlook read(MongoDatabase database) {
    Outlook outlook = new Outlook();
    for (BsonDocument info : database.listCollections(BsonDocument.class)) {
      String name = info.getString("name").getValue();
      String type = info.getString("type", new BsonString(COLLECTION)).getValue();
      outlook.collections.put(
          name,
          new Future(
              true,
              type,
              info.getDocument("options", new BsonDocument()),
              type.equals("view") ? List.of() : indexes(database, name),
              name,
              0,
              false,
              Map.of(),
              Set.of()));
    }
    return outlook;
  }

  private static List<IndexDefinition> indexes(MongoDatabase database, String name) {
    return List.copyOf(
        database
            .getCollection(name)
            .listIndexes(BsonDocument.class)
            .map(IndexDefinition::ofServer)
            .into(new ArrayList<>()));
  }

  Future get(String collection) {
    return collections.getOrDefault(collection, ABSENT);
  }

  /// Whether nobody can tell how the collection will be, because a command works on it.
  boolean isUnknown(String collection) {
    return allUnknown || unknown.contains(collection);
  }

  /// The step that makes an index of [Future#indexes]; empty for one that is there now.
  Optional<Cause> maker(IndexDefinition index) {
    return Optional.ofNullable(made.get(index));
  }

  /// The steps that make any of these collections differ from what is there now.
  Set<String> causes(Collection<String> names) {
    Set<String> causes = new TreeSet<>();
    names.forEach(name -> causes.addAll(get(name).causes()));
    return causes;
  }

  /// Adds what a step does.
  void add(CompiledOperation operation, Cause cause) {
    String name = operation.collection();
    TouchedFields fields = TouchedFields.of(operation);
    switch (operation) {
      case CompiledOperation.CreateCollection create -> create(name, create.options(), cause);
      case CompiledOperation.DropCollection _ -> gone(name, cause);
      case CompiledOperation.RenameCollection rename -> {
        collections.put(rename.to(), get(name).moved(cause));
        if (unknown.contains(name)) {
          unknown.add(rename.to());
        }
        gone(name, cause);
      }
      case CompiledOperation.CreateIndexes create -> {
        Future before = get(name);
        List<IndexDefinition> wanted =
            create.indexes().stream()
                .map(before.entry()::here)
                .filter(index -> before.indexes().stream().noneMatch(index::sameIndex))
                .toList();
        if (!wanted.isEmpty()) {
          wanted.forEach(index -> made.put(index, cause));
          List<IndexDefinition> all =
              Stream.concat(before.indexes().stream(), wanted.stream()).toList();
          collections.put(name, before.with(all, before.options(), cause));
        }
      }
      case CompiledOperation.DropIndexes drop -> {
        Future before = get(name);
        List<IndexDefinition> rest =
            before.indexes().stream()
                .filter(index -> !drop.names().contains(index.name()))
                .toList();
        collections.put(name, before.with(rest, before.options(), cause));
      }
      case CompiledOperation.SetValidator set -> {
        BsonDocument options = get(name).options().clone();
        options.append("validator", set.validator());
        collections.put(name, get(name).with(get(name).indexes(), options, cause));
      }
      case CompiledOperation.Insert insert -> {
        create(name, new BsonDocument(), cause);
        collections.put(name, get(name).withDocuments(insert.documents().size(), fields, cause));
      }
      case CompiledOperation.Merge merge -> {
        if (merge.whenNotMatched() == WhenNotMatched.Insert) {
          create(merge.into(), new BsonDocument(), cause);
        }
        collections.put(merge.into(), get(merge.into()).withDocuments(0, fields, cause));
      }
      case CompiledOperation.Update _,
          CompiledOperation.Delete _,
          CompiledOperation.RenameField _ ->
          collections.put(name, get(name).withDocuments(0, fields, cause));
      case CompiledOperation.RunCommand run -> {
        unknown.addAll(run.collections());
        allUnknown |= run.touchesWholeDatabase();
        Collection<String> touched =
            run.touchesWholeDatabase() ? List.copyOf(collections.keySet()) : run.collections();
        touched.forEach(it -> collections.put(it, get(it).withDocuments(0, fields, cause)));
      }
    }
  }

  private void create(String name, BsonDocument options, Cause cause) {
    if (!get(name).exists()) {
      collections.put(
          name,
          new Future(
              true,
              options.containsKey("timeseries") ? "timeseries" : COLLECTION,
              options,
              List.of(),
              null,
              0,
              false,
              Map.of(),
              get(name).and(cause)));
    }
  }

  private void gone(String name, Cause cause) {
    collections.put(name, ABSENT.moved(cause));
  }
}
