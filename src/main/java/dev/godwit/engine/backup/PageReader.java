package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.ServerMessage;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.codecs.configuration.CodecRegistries;

/// Reads documents in the order of `_id` into a part, a page at a time. Nothing stays open between
/// two pages, so a page that failed is read again, and no server's cursor gets too old. For one
/// thread.
final class PageReader {

  private static final BsonDocument ASCENDING = new BsonDocument("_id", new BsonInt32(1));

  private final MongoDatabase database;
  private final PartBuffer target;
  private final ReadPoint readPoint;

  PageReader(MongoDatabase database, PartBuffer target, ReadPoint readPoint) {
    this.database =
        database.withCodecRegistry(
            CodecRegistries.fromRegistries(
                CodecRegistries.fromCodecs(new PageCodec(target)), database.getCodecRegistry()));
    this.target = target;
    this.readPoint = readPoint;
  }

  /// A page that was read.
  ///
  /// @param documents how many there were
  /// @param bytes of the documents
  /// @param isLast whether the condition holds for no document after it
  record Page(int documents, int bytes, boolean isLast) {}

  /// Reads the first documents for which a condition holds.
  ///
  /// @param limit at most so many; a server sends at most 16 MiB
  Page read(String collection, BsonDocument condition, int limit) {
    int before = target.documentBytes();
    PageCodec.Reply reply = reply(collection, condition, limit);
    if (reply.cursor() != 0) {
      kill(collection, reply.cursor());
    }
    return new Page(
        reply.documents(),
        target.documentBytes() - before,
        reply.documents() < limit && reply.cursor() == 0);
  }

  private PageCodec.Reply reply(String collection, BsonDocument condition, int limit) {
    BsonDocument command =
        new BsonDocument("find", new BsonString(collection))
            .append("filter", condition)
            .append("sort", ASCENDING)
            .append("limit", new BsonInt32(limit))
            .append("batchSize", new BsonInt32(limit));
    readPoint.put(command, collection);
    PartBuffer.Mark mark = target.mark();
    try {
      return database.runCommand(command, PageCodec.Reply.class);
    } catch (MongoException failed) {
      target.rewind(mark);
      if (failed instanceof MongoCommandException refused && ReadPoint.isGone(refused)) {
        readPoint.lose(collection, ServerMessage.of(refused));
        command.remove("readConcern");
      } else if (!BackupFailure.isTransient(failed)) {
        throw failed;
      }
      return database.runCommand(command, PageCodec.Reply.class);
    }
  }

  /// The page was cut at the server's limit of bytes; what comes next is asked for anew.
  private void kill(String collection, long cursor) {
    try {
      database.runCommand(
          new BsonDocument("killCursors", new BsonString(collection))
              .append("cursors", new BsonArray(List.of(new BsonInt64(cursor)))));
    } catch (MongoException left) {
      // The server closes it after ten minutes.
      return;
    }
  }
}
