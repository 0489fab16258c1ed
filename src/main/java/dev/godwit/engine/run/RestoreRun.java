package dev.godwit.engine.run;

import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import dev.godwit.engine.backup.ArchivedCollection;
import dev.godwit.engine.backup.BackupManifest;
import dev.godwit.engine.backup.BegunRestore;
import dev.godwit.engine.backup.Replaced;
import dev.godwit.engine.backup.Restore;
import dev.godwit.engine.backup.RestoreOptions;
import dev.godwit.engine.backup.Restored;
import dev.godwit.engine.backup.SetAside;
import dev.godwit.engine.backup.ShadowTransform;
import dev.godwit.engine.backup.StoredArchive;
import dev.godwit.engine.changelog.CompiledStep;
import dev.godwit.engine.history.Attempt;
import dev.godwit.engine.history.EventType;
import dev.godwit.engine.history.History;
import dev.godwit.engine.history.VersionState;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.step.LeftOvers;
import dev.godwit.engine.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
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
  private final RestoreMode mode;
  private final RestoreOptions options;
  private final List<CompiledStep> transform;
  private StoredArchive opened;

  /// A swap of some collections, or all, under their own names.
  ///
  /// @param location folder of the backup in its storage, or name of an archive of mongodump
  /// @param collections names, or empty for all of the backup
  public RestoreRun(
      RunEnvironment environment, Storage storage, String location, List<String> collections) {
    this(
        environment,
        storage,
        location,
        RestoreMode.Swap,
        RestoreOptions.of(collections),
        List.of());
  }

  /// @param environment of the database that is restored into
  /// @param location folder of the backup in its storage, or name of an archive of mongodump
  /// @param transform steps that change the restored collections, by the names that they get,
  ///     before they are swapped in; see
  ///     [dev.godwit.engine.changelog.TransformCompiler#compile]
  /// @throws RunException `Refused` for a transformation with mode Overwrite
  public RestoreRun(
      RunEnvironment environment,
      Storage storage,
      String location,
      RestoreMode mode,
      RestoreOptions options,
      List<CompiledStep> transform) {
    if (mode == RestoreMode.Overwrite && !transform.isEmpty()) {
      throw RunException.refused(
          "TransformRefused",
          "spec.transform",
          "a transformation works on collections that are loaded beside the live ones; with mode Overwrite there are none, and everybody would see what is to be changed: set the mode to Swap");
    }
    this.environment = environment;
    this.storage = storage;
    this.location = location;
    this.mode = mode;
    this.options = options;
    this.transform = List.copyOf(transform);
  }

  /// Looks, and writes nothing. An archive of mongodump is read through and checked.
  ///
  /// @throws RunException `Refused` when there is no such backup, or the history could not tell
  ///     afterwards what is applied
  public Plan plan() {
    return new Plan(archive().manifest(), restored(), versions(undone()));
  }

  /// The same for a restore that may have ended: then `undone` is what it took away.
  ///
  /// @param tag of [#run]
  ///
  /// @throws RunException `FailedChangesStay` when it has begun and cannot go on
  public Plan plan(String tag) {
    return telling(
        tag,
        () ->
            replaced()
                .undone(tag)
                .map(undone -> new Plan(archive().manifest(), restored(), undone))
                .orElseGet(this::plan));
  }

  /// A refusal says that nothing was changed; a run before may have.
  private <T> T telling(String tag, Supplier<T> act) {
    try {
      return act.get();
    } catch (RunException failed) {
      throw new BegunRestore(environment.database(), tag).told(failed);
    }
  }

  /// The versions that the history does not know yet to be taken away by this restore. What was
  /// applied after it is none of them.
  private List<VersionState> stillToTell(String tag) {
    if (replaced().isTold(tag)) {
      return List.of();
    }
    Optional<List<String>> begun = replaced().undone(tag);
    return undone().stream()
        .filter(state -> begun.isEmpty() || begun.get().contains(state.version()))
        .toList();
  }

  private Replaced replaced() {
    return new Replaced(environment.database(), environment.stop());
  }

  private static List<String> versions(List<VersionState> states) {
    return states.stream().map(VersionState::version).toList();
  }

  /// Restores.
  ///
  /// @param tag names this restore, see [Restore#swap]
  /// @throws RunException `Refused`, `Interrupted`, `LockHeld`, or `FailedChangesStay` when this
  ///     run or one before has begun to change live collections and it cannot go on
  public Restored run(String tag) {
    return telling(tag, () -> restore(tag));
  }

  private Restored restore(String tag) {
    return new LockedRun(environment)
        .run(
            (history, lease) -> {
              List<VersionState> undone = stillToTell(tag);
              Restore restore =
                  new Restore(
                      environment.database(),
                      storage,
                      environment.progress(),
                      environment.stop(),
                      lease);
              Restored restored =
                  mode == RestoreMode.Overwrite
                      ? restore.overwrite(archive(), options, tag)
                      : restore.swap(archive(), options, tag, transform(lease, tag));
              replaced().remember(tag, restored.setAside(), versions(undone));
              undone.forEach(version -> rolledBack(history, version, restored));
              replaced().tell(tag);
              return restored;
            });
  }

  private ShadowTransform transform(Lease lease, String tag) {
    return transform.isEmpty()
        ? ShadowTransform.NONE
        : new ShadowSteps(environment, lease, tag, transform);
  }

  private StoredArchive archive() {
    if (opened == null) {
      opened =
          StoredArchive.open(
              storage,
              location,
              options.from(),
              environment.database().getName(),
              environment.progress(),
              environment.stop());
    }
    return opened;
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

  /// Under other names the collections are not those that the backup's history speaks of.
  private List<VersionState> undone() {
    return RestorePlanning.undone(
        History.read(environment.database()),
        options.renames().isEmpty() ? archive().history() : History.fold(List.of()),
        restored());
  }

  private Set<String> restored() {
    BackupManifest backup = archive().manifest();
    Set<String> names = new TreeSet<>(options.collections());
    if (names.isEmpty()) {
      backup.collections().stream()
          .map(ArchivedCollection::name)
          .filter(name -> !name.equals(History.COLLECTION))
          .forEach(names::add);
      names.addAll(backup.absentCollections());
    }
    return names.stream().map(options::renamed).collect(Collectors.toCollection(TreeSet::new));
  }
}
