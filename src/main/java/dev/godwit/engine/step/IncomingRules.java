package dev.godwit.engine.step;

import org.bson.BsonDocument;

/// What becomes of an incoming document.
interface IncomingRules {

  /// The document that is there as it shall be.
  ///
  /// @param existing the document that the incoming one matches
  /// @return `existing` itself to leave it as it is
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed` where it must not be there
  BsonDocument matched(BsonDocument existing, Incoming incoming);

  /// Whether an incoming document that matches none is inserted.
  ///
  /// @throws dev.godwit.engine.RunException with verdict `StepFailed` where one must be there
  boolean inserts(Incoming incoming);
}
