package dev.godwit.engine.step;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.UpdateOptions;
import dev.godwit.engine.changelog.CompiledOperation.UpdateForm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Writes many documents with few commands, each document only where its touched fields still have
/// the values that they were read with. Documents with the same values are written by one command;
/// where most differ, a [tree of comparisons][IdDecision] gives each its condition.
final class GroupedWriter {

  /// @param expected the values that the document must still have
  /// @param wanted the values that it is to have, of the same fields
  record Write(BsonValue id, FieldValues expected, FieldValues wanted) {}

  /// With more kinds of documents than these, one command with a tree is faster.
  private static final int KINDS = 3;

  /// Documents in one tree.
  private static final int TREE = 1_000;

  private static final int TREE_BYTES = 4 * 1024 * 1024;

  private final Supplier<MongoCollection<BsonDocument>> collection;
  private final UpdateOptions options = new UpdateOptions();
  private final Runnable before;
  private final BsonDocument filter;

  private GroupedWriter(
      Supplier<MongoCollection<BsonDocument>> collection,
      boolean bypass,
      Runnable before,
      BsonDocument filter) {
    this.filter = filter;
    this.collection = collection;
    this.before = before;
    if (bypass) {
      options.bypassDocumentValidation(true);
    }
  }

  /// A writer of a step's changes.
  ///
  /// @param filter which the documents must still match
  static GroupedWriter of(StepContext context, BsonDocument filter) {
    return new GroupedWriter(context::collection, false, context::checkpointReached, filter);
  }

  /// A writer of documents that were there before: a validator that refuses them now did not keep
  /// them out then.
  static GroupedWriter puttingBack(StepContext context) {
    return new GroupedWriter(
        context::collection, true, context::checkpointReached, new BsonDocument());
  }

  /// Writes.
  ///
  /// @param writes in the server's order of `_id`, of one type bracket
  /// @param own an update that makes the wanted values of the expected ones; null to write the
  ///     wanted values
  /// @return how many documents had the expected values, and have the wanted ones now
  long write(List<Write> writes, UpdateForm own) {
    List<Kind> kinds = new ArrayList<>(writes.size());
    Map<Kind, List<Write>> alike = new LinkedHashMap<>();
    for (Write write : writes) {
      Kind kind = new Kind(write.expected().key(), own == null ? write.wanted().key() : null);
      kinds.add(kind);
      alike.computeIfAbsent(kind, _ -> new ArrayList<>()).add(write);
    }
    long written = 0;
    if (alike.size() <= KINDS) {
      for (List<Write> same : alike.values()) {
        written += alike(same, own);
      }
      return written;
    }
    for (int from = 0; from < writes.size(); ) {
      int to = end(writes, kinds, from);
      written += tree(writes.subList(from, to), kinds.subList(from, to), own);
      from = to;
    }
    return written;
  }

  /// Where a tree that begins at `from` ends, so that its command stays far below 16 MiB.
  private static int end(List<Write> writes, List<Kind> kinds, int from) {
    long bytes = 0;
    int to = from;
    while (to < writes.size() && to - from < TREE && (to == from || bytes < TREE_BYTES)) {
      bytes += kinds.get(to).bytes(writes.get(to).expected().values().size());
      to++;
    }
    return to;
  }

  /// What documents that are written alike have in common.
  ///
  /// @param wanted null where it follows from `expected`
  private record Kind(ByteBuffer expected, ByteBuffer wanted) {

    /// About what a document adds to a command: a condition, and a value that is written, name each
    /// field, with some 200 bytes around name and value.
    long bytes(int fields) {
      return wanted == null
          ? expected.remaining() + 200L * fields
          : expected.remaining() + wanted.remaining() + 400L * fields;
    }
  }

  private long alike(List<Write> writes, UpdateForm own) {
    Write one = writes.getFirst();
    BsonDocument filter = UndoLog.among(writes.stream().map(Write::id).toList());
    if (one.expected().isEmpty()) {
      one.expected()
          .values()
          .keySet()
          .forEach(name -> filter.append(name, BsonDocument.parse("{$exists: false}")));
    } else {
      filter.append("$expr", one.expected().condition());
    }
    List<BsonDocument> values =
        own != null ? null : values(one.wanted().values().keySet(), one.wanted()::expression);
    return update(filter, own, values);
  }

  private long tree(List<Write> writes, List<Kind> kinds, UpdateForm own) {
    List<BsonValue> ids = writes.stream().map(Write::id).toList();
    int[] expected = numbers(kinds.stream().map(Kind::expected).toList());
    BsonDocument filter =
        UndoLog.among(ids)
            .append(
                "$expr", IdDecision.tree(ids, expected, i -> writes.get(i).expected().condition()));
    if (own != null) {
      return update(filter, own, null);
    }
    int[] wanted = numbers(kinds.stream().map(Kind::wanted).toList());
    Set<String> fields = new LinkedHashSet<>();
    writes.forEach(write -> fields.addAll(write.wanted().values().keySet()));
    return update(
        filter,
        null,
        values(
            fields,
            name -> IdDecision.tree(ids, wanted, i -> writes.get(i).wanted().expression(name))));
  }

  private static int[] numbers(List<ByteBuffer> keys) {
    Map<ByteBuffer, Integer> known = new HashMap<>();
    return keys.stream().mapToInt(key -> known.computeIfAbsent(key, _ -> known.size())).toArray();
  }

  private static List<BsonDocument> values(
      Set<String> fields, Function<String, BsonValue> expression) {
    BsonDocument set = new BsonDocument();
    BsonArray unset = new BsonArray();
    for (String name : fields) {
      BsonValue value = expression.apply(name);
      if (value.equals(new BsonString("$$REMOVE"))) {
        unset.add(new BsonString(name));
      } else {
        set.append(name, value);
      }
    }
    List<BsonDocument> stages = new ArrayList<>();
    if (!set.isEmpty()) {
      stages.add(new BsonDocument("$set", set));
    }
    if (!unset.isEmpty()) {
      stages.add(new BsonDocument("$unset", unset));
    }
    return stages;
  }

  private long update(BsonDocument selection, UpdateForm own, List<BsonDocument> values) {
    before.run();
    BsonDocument query =
        filter.isEmpty()
            ? selection
            : new BsonDocument("$and", new BsonArray(List.of(selection, filter)));
    MongoCollection<BsonDocument> target = collection.get();
    return switch (own) {
      case null -> target.updateMany(query, values, options).getMatchedCount();
      case UpdateForm.Pipeline pipeline ->
          target.updateMany(query, pipeline.stages(), options).getMatchedCount();
      case UpdateForm.Operators operators ->
          target.updateMany(query, operators.document(), options).getMatchedCount();
    };
  }
}
