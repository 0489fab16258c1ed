package dev.godwit.engine.throttle;

/// Tells how replication stands.
@FunctionalInterface
public interface Replication {

  /// A server that has none, or of which nothing may be known.
  Replication NONE = () -> ReplicationState.UNKNOWN;

  /// The latest that is known; asks the server at most every few seconds.
  ReplicationState state();
}
