package dev.godwit.engine.plan;

import java.util.List;

/// The backup that is taken before.
///
/// @param needed whether the manifest demands one
/// @param collections that it covers; null for the whole database
/// @param bytes of their documents, uncompressed
public record BackupPlan(boolean needed, List<String> collections, long documents, long bytes) {}
