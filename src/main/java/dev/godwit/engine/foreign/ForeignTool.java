package dev.godwit.engine.foreign;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A migration tool whose history can be taken over. Pure: what is read is given to it.
public interface ForeignTool {

  /// All of them.
  List<ForeignTool> ALL =
      List.of(new Mongock(), new Flamingock(), new MigrateMongo(), new Flyway(), new Liquibase());

  /// In commands and as the source of baselined versions.
  String name();

  /// Where its history is unless its user said otherwise; the first that is there counts.
  List<String> collections();

  /// Where its lock is unless its user said otherwise; empty when it has none.
  List<String> lockCollections();

  /// Whether its changes have versions of their own. Otherwise they are numbered in the order in
  /// which they were applied.
  boolean hasVersions();

  /// What its history says.
  ///
  /// @param entries all documents of the collection
  /// @throws dev.godwit.engine.RunException with verdict `Refused` when one is none of this tool's
  ForeignHistory read(List<Entry> entries);

  /// Who runs the tool at the moment.
  ///
  /// @param locks all documents of the lock's collection
  /// @return words about the holder; empty when the lock is free
  Optional<String> holder(List<Entry> locks, Instant now);
}
