package dev.godwit.engine.run;

import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.ArchivedCollection;
import dev.godwit.engine.backup.ArchivedHistory;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.Restore;
import dev.godwit.engine.backup.Restored;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.step.LeftOvers;
import dev.godwit.engine.storage.Storage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Restores a backup under the lock, and tells the history which versions are not applied any more.
/// The history itself is never restored. A run that was killed is repeated with the same tag.
public final class RestoreRun {

  /// What a restore will do.
  ///
  /// @param collections that will be as in the backup
  /// @param undone versions that count as rolled back afterwards
  public record Plan(BackupManifest backup, Set<String> collections, List<String> undone) {}

  private final RunEnvironment environment;
  private final Storage storage;
  private final String location;
  private final List<String> collections;

  /// @param location folder of the backup in its storage
  /// @param collections names, or empty for all of the backup
  public RestoreRun(
      RunEnvironment environment, Storage storage, String location, List<String> collections) {
    this.environment = environment;
    this.storage = storage;
    this.location = location;
    this.collections = List.copyOf(collections);
  }

  /// Looks, and writes nothing.
  ///
  /// @throws RunException `Refused` when there is no such backup, or the history could not tell
  ///     afterwards what is applied
  public Plan plan() {
    BackupManifest backup = BackupManifest.read(storage, location);
    return new Plan(
        backup, restored(backup), undone(backup).stream().map(VersionState::version).toList());
  }

  /// Restores.
  ///
  /// @param tag names this restore, see [Restore#swap]
  /// @throws RunException `Refused`, `Interrupted` or `LockHeld`
  public Restored run(String tag) {
    return new LockedRun(environment)
        .run(
            (history, _) -> {
              List<VersionState> undone = undone(BackupManifest.read(storage, location));
              Restored restored =
                  new Restore(
                          environment.database(),
                          storage,
                          environment.progress(),
                          environment.stop())
                      .swap(location, collections, tag);
              undone.forEach(version -> rolledBack(history, version, restored));
              return restored;
            });
  }

  private void rolledBack(History history, VersionState version, Restored restored) {
    Attempt attempt =
        new Attempt(version.version(), version.attempt(), version.checksum(), version.retry());
    LeftOvers.drop(environment.database(), attempt);
    history.append(
        EventType.RolledBack,
        attempt,
        null,
        null,
        new BsonDocument("restored", new BsonString(location))
            .append(
                "setAside",
                new BsonArray(
                    restored.setAside().stream()
                        .map(SetAside::aside)
                        .map(BsonString::new)
                        .toList())));
  }

  private List<VersionState> undone(BackupManifest backup) {
    return RestorePlanning.undone(
        History.read(environment.database()),
        ArchivedHistory.read(storage, location, backup),
        restored(backup));
  }

  private Set<String> restored(BackupManifest backup) {
    if (!collections.isEmpty()) {
      return new TreeSet<>(collections);
    }
    Set<String> all =
        backup.collections().stream()
            .map(ArchivedCollection::name)
            .filter(name -> !name.equals(History.COLLECTION))
            .collect(Collectors.toCollection(TreeSet::new));
    all.addAll(backup.absentCollections());
    return all;
  }
}
