package dev.godwit.engine.plan;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.ServerMessage;
import java.util.List;

/// What the parts of a plan work with.
///
/// @param large documents from which a collection is large
record PlanContext(
    MongoDatabase database,
    ServerFacts server,
    CollectionFacts facts,
    Outlook outlook,
    RecordedRates rates,
    long large) {

  Outlook.Future future(String collection) {
    return outlook.get(collection);
  }

  /// Reads something of a step or check; what the server refuses to read is a finding.
  ///
  /// @param path what is tried
  void reading(String path, List<Finding> findings, Runnable read) {
    try {
      read.run();
    } catch (MongoCommandException refused) {
      findings.add(refused(path, refused));
    }
  }

  private static Finding refused(String path, MongoException failure) {
    return Finding.error(
        "ServerRefused", path, "the server does not take it: " + ServerMessage.of(failure));
  }
}
