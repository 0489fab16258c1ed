package dev.godwit.engine.step;

import dev.godwit.engine.bson.Bson;
import dev.godwit.engine.changelog.CompiledOperation;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// The server's rules of `$merge`
/// ([MongoDB's manual](https://www.mongodb.com/docs/manual/reference/operator/aggregation/merge/)).
final class MergeRules implements IncomingRules {

  private final StepContext context;
  private final CompiledOperation.Merge merge;

  MergeRules(StepContext context, CompiledOperation.Merge merge) {
    this.context = context;
    this.merge = merge;
  }

  @Override
  public BsonDocument matched(BsonDocument existing, Incoming incoming) {
    return switch (merge.whenMatched()) {
      case KeepExisting -> existing;
      case Fail ->
          throw context.failed(
              "DocumentExists",
              "'%s' has a document with the same %s already (_id %s); set merge.whenMatched to Merge, Replace or KeepExisting, or leave it out of the pipeline"
                  .formatted(
                      merge.into(), String.join(", ", merge.on()), Bson.shell(existing.get("_id"))),
              null);
      case Merge -> {
        BsonDocument result = new BsonDocument();
        result.putAll(existing);
        result.putAll(incoming.document());
        result.put("_id", id(existing, incoming));
        yield result;
      }
      case Replace -> {
        BsonDocument result = new BsonDocument("_id", id(existing, incoming));
        incoming.document().forEach(result::putIfAbsent);
        yield result;
      }
    };
  }

  private BsonValue id(BsonDocument existing, Incoming incoming) {
    BsonValue id = existing.get("_id");
    if (incoming.ownId()
        && !merge.on().contains("_id")
        && !Bson.identical(id, incoming.document().get("_id"))) {
      throw context.failed(
          "IdChanged",
          "the pipeline yields the _id %s for the document %s of '%s', and an _id cannot be changed; end it with { $unset: \"_id\" }"
              .formatted(Bson.shell(incoming.document().get("_id")), Bson.shell(id), merge.into()),
          null);
    }
    return id;
  }

  @Override
  public boolean inserts(Incoming incoming) {
    return switch (merge.whenNotMatched()) {
      case Insert -> true;
      case Discard -> false;
      case Fail ->
          throw context.failed(
              "DocumentMissing",
              "'%s' has no document that matches %s; set merge.whenNotMatched to Insert or Discard, or leave it out of the pipeline"
                  .formatted(merge.into(), identity(incoming.document())),
              null);
    };
  }

  private String identity(BsonDocument document) {
    BsonDocument identity = new BsonDocument();
    merge
        .on()
        .forEach(
            field -> identity.append(field, dev.godwit.engine.bson.MatchKey.at(document, field)));
    return Bson.shell(identity);
  }
}
