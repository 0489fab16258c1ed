package dev.godwit.property;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.InsertManyOptions;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.changelog.Changelog;
import dev.godwit.engine.changelog.ManifestCompiler;
import dev.godwit.engine.lock.DatabaseLock;
import dev.godwit.engine.run.ApplyRun;
import dev.godwit.engine.run.RollbackRun;
import dev.godwit.engine.run.RunEnvironment;
import dev.godwit.testing.MongoServer;
import dev.godwit.testing.Specs;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Runs of a case.
final class Runs {

  /// Of a run that is not paused; a dead one's lock is freed by hand.
  static final Duration LEASE = Duration.ofSeconds(20);

  /// Of a run that is paused until it is over.
  static final Duration SHORT_LEASE = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Runs() {}

  static Changelog changelog(Case one) {
    return ManifestCompiler.compile(Specs.read(CaseFiles.spec(one)));
  }

  /// A new database as the case begins with.
  static MongoDatabase seeded(Case one) {
    MongoDatabase database = MongoServer.newDatabase();
    one.collections()
        .forEach(
            (name, seed) -> {
              database.createCollection(name);
              if (!seed.indexes().isEmpty()) {
                database.runCommand(
                    new BsonDocument("createIndexes", new BsonString(name))
                        .append("indexes", new BsonArray(seed.indexes())));
              }
              insert(database.getCollection(name, BsonDocument.class), seed.documents());
            });
    return database;
  }

  /// Documents that the server does not take (an `_id` twice) are left out.
  private static void insert(
      MongoCollection<BsonDocument> collection, List<BsonDocument> documents) {
    if (documents.isEmpty()) {
      return;
    }
    try {
      collection.insertMany(documents, new InsertManyOptions().ordered(false));
    } catch (MongoBulkWriteException some) {
      // The rest is there.
    }
  }

  /// A run that does not wait for the lock, nor for a server that is away.
  static RunResult impatientApply(MongoDatabase database, Changelog changelog, Duration lease) {
    return new ApplyRun(environment(database, lease, Duration.ZERO), changelog).run();
  }

  static RunResult apply(MongoDatabase database, Changelog changelog, Duration lease) {
    try {
      return new ApplyRun(environment(database, lease, PATIENCE), changelog).run();
    } catch (RunException refused) {
      if (refused.verdict() != Verdict.Refused) {
        throw refused;
      }
      return RunResult.of(Verdict.Refused, refused.failure());
    }
  }

  static RunResult rollback(MongoDatabase database, Changelog changelog) {
    return new RollbackRun(environment(database, LEASE, PATIENCE), changelog, Optional.empty())
        .run();
  }

  private static RunEnvironment environment(
      MongoDatabase database, Duration lease, Duration patience) {
    return new RunEnvironment(
        database, progress -> {}, new StopSignal(), "property", lease, patience);
  }

  /// Ends the lease of a process that died, as time would.
  static void freeLock(MongoDatabase database) {
    database
        .getCollection(DatabaseLock.COLLECTION)
        .updateOne(
            BsonDocument.parse("{_id: 'lock'}"),
            BsonDocument.parse("{$set: {renewedAt: {$date: 0}}}"));
  }
}
