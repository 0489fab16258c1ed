package dev.godwit.engine.run;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.Checksums;
import dev.godwit.engine.step.Catalog;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// The hash of a plan: what is done, and what it finds that decides how: collections, their options
/// and indexes. Never counts, which move.
final class PlanHash {

  private PlanHash() {}

  /// The hash of what would be done now.
  static String of(MongoDatabase database, Changelog changelog) {
    return of(changelog, Catalog.read(database, changelog.collections()));
  }

  /// @param catalog of the changelog's collections
  static String of(Changelog changelog, Catalog catalog) {
    BsonDocument covered =
        new BsonDocument("checksum", new BsonString(changelog.checksum()))
            .append("catalog", catalog.toBson())
            .append(
                "collections",
                new BsonArray(changelog.collections().stream().map(BsonString::new).toList()))
            .append("destructive", BsonBoolean.valueOf(changelog.isDestructive()));
    return Checksums.sha256(covered);
  }
}
