package dev.godwit.engine.throttle;

import java.time.Duration;

/// What was seen around a batch.
///
/// @param documents how many it had; 0 when its time says nothing about the server
/// @param time that it took
/// @param replication how replication stands
public record Batch(int documents, Duration time, ReplicationState replication) {}
