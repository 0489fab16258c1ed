package dev.godwit.property;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.godwit.engine.bson.Bson;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/// Random updates in both forms. Most keep to the types that their operators need, by their filter;
/// some do not, and fail on the server.
final class RandomUpdates {

  /// Expressions that make something of every document, more than once something else.
  private static final List<String> PIPELINES =
      List.of(
          "[{$set: {n: {$cond: [{$isNumber: '$n'}, {$add: ['$n', 1]}, 1]}}}]",
          "[{$set: {t: {$type: '$n'}, again: {$concat: [{$ifNull: ['$again', '']}, '+']}}}]",
          "[{$set: {copy: '$sub', 'sub.x': 1}}]",
          "[{$unset: ['s', 'sub.y']}]",
          "[{$project: {tags: 0}}]",
          "[{$replaceWith: {$mergeObjects: [{_id: '$_id', first: 1}, '$$ROOT', {last: '$k'}]}}]",
          "[{$replaceWith: {_id: '$_id', u: '$u', n: '$n', made: {k: '$k'}}}]",
          "[{$set: {tags: {$cond: [{$isArray: '$tags'}, {$concatArrays: ['$tags', ['$k']]}, []]}}}, {$set: {size: {$size: '$tags'}}}]",
          "[{$set: {u: {$add: ['$u', 1]}}}]",
          "[{$set: {s: {$literal: {$x: 1}}}}, {$unset: 's'}]",
          "[{$set: {n: null, s: '$missing'}}]");

  private static final List<String> FILTERS =
      List.of(
          "{}",
          "{}",
          "{}",
          "{k: 1}",
          "{k: {$in: [0, 2]}}",
          "{u: {$gte: 3}}",
          "{n: {$type: 'number'}}",
          "{s: /^a/i}",
          "{sub: {$exists: true}}",
          "{$expr: {$lt: ['$k', 2]}}",
          "{$or: [{n: {$lt: 3}}, {s: 'a'}]}",
          "{done: {$exists: false}}",
          "{tags: {$elemMatch: {$gt: 0}}}");

  private final Dice dice;
  private final RandomValues values;

  RandomUpdates(Dice dice) {
    this.dice = dice;
    this.values = new RandomValues(dice);
  }

  String filter() {
    return dice.pick(FILTERS);
  }

  void fill(ObjectNode update) {
    if (dice.onceIn(3)) {
      update.put("filter", filter()).put("update", dice.pick(PIPELINES));
    } else {
      operators(update);
    }
  }

  private void operators(ObjectNode update) {
    dice.<Runnable>pick(
            () -> with(update, filter(), "$set", set()),
            () -> with(update, filter(), "$set", set().append("done", values.any(1))),
            () -> with(update, "{n: {$type: 'number'}}", "$inc", one("n", values.number())),
            () -> with(update, filter(), "$inc", BsonDocument.parse("{u: 1, visits: 1}")),
            () -> with(update, "{n: {$type: 'number'}}", "$mul", one("n", values.number())),
            () -> with(update, filter(), dice.pick("$min", "$max"), one("n", values.any(1))),
            () -> with(update, filter(), "$unset", one(path(), new BsonString(""))),
            () -> with(update, "{tags: {$type: 'array'}}", "$push", one("tags", values.any(1))),
            () -> with(update, filter(), "$push", BsonDocument.parse("{log: 'm'}")),
            () -> push(update),
            () -> with(update, "{tags: {$type: 'array'}}", "$addToSet", one("tags", values.any(0))),
            () -> with(update, "{tags: {$type: 'array'}}", "$pop", BsonDocument.parse("{tags: 1}")),
            () -> with(update, "{tags: {$type: 'array'}}", "$pull", one("tags", values.number())),
            () -> with(update, filter(), "$rename", one("s", new BsonString("renamed"))),
            () -> arrayFilters(update))
        .run();
  }

  private void push(ObjectNode update) {
    BsonDocument each = new BsonDocument("$each", values.array(1));
    each.append("$position", new org.bson.BsonInt32(0));
    with(update, "{tags: {$type: 'array'}}", "$push", one("tags", each));
  }

  private void arrayFilters(ObjectNode update) {
    update
        .put("filter", "{tags: {$type: 'array'}}")
        .put("update", "{$inc: {'tags.$[t]': 1}}")
        .putArray("arrayFilters")
        .add("{t: {$type: 'number'}}");
  }

  private BsonDocument set() {
    BsonDocument set = one(path(), values.any(1));
    return dice.onceIn(2) ? set : set.append(dice.pick("new1", "a1", "sub2.p.q"), values.any(1));
  }

  private String path() {
    return dice.pick("n", "s", "tags", "sub", "k", "fresh", "z.deep", "ключ");
  }

  private static BsonDocument one(String name, BsonValue value) {
    return new BsonDocument(name, value);
  }

  private static void with(ObjectNode update, String filter, String operator, BsonDocument fields) {
    update.put("filter", filter).put("update", Bson.shell(new BsonDocument(operator, fields)));
  }
}
