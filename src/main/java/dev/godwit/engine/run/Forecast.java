package dev.godwit.engine.run;

import dev.godwit.api.v1alpha1.WhenNotMatched;
import dev.godwit.engine.changelog.CompiledOperation;
import dev.godwit.engine.changelog.IndexDefinition;
import dev.godwit.engine.step.Catalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// What the steps so far will have made of the collections. It begins as the database is now; each
/// step is added in its order. Pure.
final class Forecast {

  /// @param origin the collection that has the documents now; null when there are none now
  /// @param changed whether a step changes documents of it
  private record Future(Catalog.Entry entry, String origin, boolean changed) {}

  private static final Future ABSENT = new Future(Catalog.Entry.ABSENT, null, false);

  private final Map<String, Future> collections = new HashMap<>();
  private final Set<String> unknown = new HashSet<>();
  private boolean allUnknown;

  /// @param now the collections that the steps name
  Forecast(Catalog now) {
    now.collections()
        .forEach(
            (name, entry) ->
                collections.put(name, new Future(entry, entry.exists() ? name : null, false)));
  }

  /// A forecast that goes on from here by itself.
  Forecast copy() {
    Forecast copy = new Forecast(new Catalog(Map.of()));
    copy.collections.putAll(collections);
    copy.unknown.addAll(unknown);
    copy.allUnknown = allUnknown;
    return copy;
  }

  /// The collection as it will be.
  Catalog.Entry get(String collection) {
    return future(collection).entry();
  }

  /// Whether nobody can tell how the collection will be, because a command works on it.
  boolean isUnknown(String collection) {
    return allUnknown || unknown.contains(collection);
  }

  /// The collection that has now what this one will have; empty when it will be a new one.
  Optional<String> origin(String collection) {
    return Optional.ofNullable(future(collection).origin());
  }

  /// Whether its documents will not be those that are there now.
  boolean isChanged(String collection) {
    return future(collection).changed()
        || future(collection).origin() == null
        || isUnknown(collection);
  }

  private Future future(String collection) {
    return collections.getOrDefault(collection, ABSENT);
  }

  /// Adds what a step does.
  void add(CompiledOperation operation) {
    String name = operation.collection();
    switch (operation) {
      case CompiledOperation.CreateCollection create -> create(name, create.options());
      case CompiledOperation.DropCollection _ -> collections.put(name, ABSENT);
      case CompiledOperation.RenameCollection rename -> {
        collections.put(rename.to(), future(name));
        collections.put(name, ABSENT);
        if (unknown.contains(name)) {
          unknown.add(rename.to());
        }
      }
      case CompiledOperation.CreateIndexes create -> create.indexes().forEach(it -> add(name, it));
      case CompiledOperation.DropIndexes drop ->
          withIndexes(
              name,
              get(name).indexes().stream()
                  .filter(index -> !drop.names().contains(index.name()))
                  .toList());
      case CompiledOperation.SetValidator set ->
          withOptions(name, validation(get(name).options(), set));
      case CompiledOperation.Insert _ -> {
        create(name, new BsonDocument());
        change(name);
      }
      case CompiledOperation.Merge merge -> {
        if (merge.whenNotMatched() == WhenNotMatched.Insert) {
          create(merge.into(), new BsonDocument());
        }
        change(merge.into());
      }
      case CompiledOperation.Update _,
          CompiledOperation.Delete _,
          CompiledOperation.RenameField _ ->
          change(name);
      case CompiledOperation.RunCommand run -> {
        unknown.addAll(run.collections());
        allUnknown |= run.touchesWholeDatabase();
      }
    }
  }

  private void create(String name, BsonDocument options) {
    if (!get(name).exists()) {
      collections.put(name, new Future(new Catalog.Entry(true, options, List.of()), null, true));
    }
  }

  private void change(String name) {
    Future future = future(name);
    collections.put(name, new Future(future.entry(), future.origin(), true));
  }

  private void add(String name, IndexDefinition wanted) {
    IndexDefinition index = get(name).here(wanted);
    if (get(name).indexes().stream().noneMatch(index::sameIndex)) {
      List<IndexDefinition> indexes = new ArrayList<>(get(name).indexes());
      indexes.add(index);
      withIndexes(name, List.copyOf(indexes));
    }
  }

  private void withIndexes(String name, List<IndexDefinition> indexes) {
    Future future = future(name);
    Catalog.Entry entry = future.entry();
    collections.put(
        name,
        new Future(
            new Catalog.Entry(entry.exists(), entry.options(), indexes),
            future.origin(),
            future.changed()));
  }

  private void withOptions(String name, BsonDocument options) {
    Future future = future(name);
    Catalog.Entry entry = future.entry();
    collections.put(
        name,
        new Future(
            new Catalog.Entry(entry.exists(), options, entry.indexes()),
            future.origin(),
            future.changed()));
  }

  private static BsonDocument validation(BsonDocument options, CompiledOperation.SetValidator set) {
    BsonDocument changed = options.clone();
    changed.append("validator", set.validator());
    changed.append("validationLevel", new BsonString(set.level().word()));
    changed.append(
        "validationAction", new BsonString(set.action().name().toLowerCase(Locale.ROOT)));
    return changed;
  }
}
