package dev.godwit.engine.backup;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.lock.Lease;
import dev.godwit.engine.storage.Storage;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Puts collections back as a backup has them.
///
/// Several threads check, unpack and insert at once; what they hold is bounded, whatever the size
/// of the documents: 48 MiB beside what the driver needs, or a few times the largest document. The
/// caller holds the database's lock and gives a client with majority, journaled writes and primary
/// reads.
public final class Restore {
  private final MongoDatabase database;
  private final Storage storage;
  private final ProgressSink progress;
  private final StopSignal stop;
  private final ActHook hook;

  /// Of a database that nobody else writes to.
  public Restore(MongoDatabase database, Storage storage, ProgressSink progress, StopSignal stop) {
    this(database, storage, progress, stop, ActHook.NONE);
  }

  /// Under a lock: a run that slept while its lease ended, and somebody else began, does nothing
  /// any more.
  ///
  /// @param lease of the database's lock; looked at before every act
  public Restore(
      MongoDatabase database,
      Storage storage,
      ProgressSink progress,
      StopSignal stop,
      Lease lease) {
    this(database, storage, progress, stop, act -> lease.check());
  }

  Restore(
      MongoDatabase database,
      Storage storage,
      ProgressSink progress,
      StopSignal stop,
      ActHook hook) {
    this.database = database;
    this.storage = storage;
    this.progress = progress;
    this.stop = stop;
    this.hook = hook;
  }

  /// [#swap(StoredArchive, RestoreOptions, String, ShadowTransform)] of some collections under
  /// their own names, or all.
  ///
  /// @param location folder of the backup in its storage, or name of an archive of mongodump
  /// @param collections names, or empty for all of the backup
  public Restored swap(String location, List<String> collections, String tag) {
    return answered(location, tag)
        .orElseGet(
            () -> swap(open(location), RestoreOptions.of(collections), tag, ShadowTransform.NONE));
  }

  /// A swap that has its shadows needs its backup no more, one that has ended neither.
  private Optional<Restored> answered(String location, String tag) {
    return guarded(
        location,
        () ->
            new SwapJournal(database)
                .find(tag)
                .map(
                    planned -> {
                      requireLocation(planned, location, tag);
                      return finished(planned, tag);
                    }));
  }

  /// Checks the whole archive, loads the collections beside the live ones, compares them with the
  /// backup, and only then renames: the live ones aside, the loaded ones into place. Collections
  /// that the backup lists as absent are renamed aside too. Nothing of the user's is dropped.
  ///
  /// Needs room for a second copy of the restored collections. A run that was ended anywhere is
  /// finished by running it again with the same `tag`: it loads what is not loaded yet; a finished
  /// one gives the same answer again. Godwit's own collections, the history among them, are never
  /// restored. Collections that were created since and are not named stay as they are.
  ///
  /// @param archive may be of another database
  /// @param tag names this restore, 1 to 63 of letters, digits, `.`, `-`; part of the names of
  ///     shadow and set-aside collections
  /// @param transform changes the loaded collections before they are swapped in
  /// @throws RunException `Refused`: no live collection was touched. `Interrupted`: to be run
  ///     again with the same tag
  public Restored swap(
      StoredArchive archive, RestoreOptions options, String tag, ShadowTransform transform) {
    DerivedNames names = new DerivedNames(database.getName(), tag);
    String request = request(RestoreMode.Swap, archive, options) + transform.checksum();
    return guarded(
        archive.location(),
        () -> {
          SwapJournal journal = new SwapJournal(database);
          SwapRecord planned =
              journal
                  .find(tag)
                  .orElseGet(
                      () ->
                          new SwapRestore(
                                  database, archive, options, names, transform, progress, stop,
                                  hook)
                              .prepare(request, new Swap(database, names, hook), journal));
          requireLocation(planned, archive.location(), tag);
          requireRequest(planned, request, tag);
          transform.forget();
          return finished(planned, tag);
        });
  }

  /// Checks the whole archive, drops the live collections, and loads: needs no room for a second
  /// copy, and takes views and time series. Collections that the backup lists as absent are
  /// dropped. Until it is finished the database holds half of it.
  ///
  /// A run that was ended anywhere is finished by running it again with the same `tag`.
  ///
  /// @param archive may be of another database
  /// @param tag names this restore, 1 to 63 of letters, digits, `.`, `-`
  /// @throws RunException `Refused`: no live collection was touched. `Interrupted`: to be run
  ///     again with the same tag. `FailedChangesStay`: the server refused something, and the old
  ///     collections are gone
  public Restored overwrite(StoredArchive archive, RestoreOptions options, String tag) {
    DerivedNames names = new DerivedNames(database.getName(), tag);
    String request = request(RestoreMode.Overwrite, archive, options);
    return guarded(
        archive.location(),
        () -> {
          SwapJournal journal = new SwapJournal(database);
          SwapRecord done =
              journal
                  .find(tag)
                  .orElseGet(
                      () ->
                          new OverwriteRestore(
                                  database, archive, options, names.tag(), progress, stop, hook)
                              .run(request, journal));
          requireLocation(done, archive.location(), tag);
          requireRequest(done, request, tag);
          return finished(done, tag);
        });
  }

  private StoredArchive open(String location) {
    return StoredArchive.open(storage, location, null, database.getName(), progress, stop);
  }

  /// What makes two restores the same.
  private static String request(RestoreMode mode, StoredArchive archive, RestoreOptions options) {
    return "%s %s.%s %s %s"
        .formatted(
            mode,
            archive.location(),
            archive.manifest().database(),
            new TreeSet<>(options.collections()),
            new TreeMap<>(options.renames()));
  }

  private Restored finished(SwapRecord planned, String tag) {
    Swap swap = new Swap(database, new DerivedNames(database.getName(), tag), hook);
    if (!planned.finished()) {
      swap.finish(planned, new SwapJournal(database));
    }
    return restored(planned, swap);
  }

  private static void requireLocation(SwapRecord planned, String location, String tag) {
    if (!planned.location().equals(location)) {
      throw BackupFailure.refused(
          "TagInUse",
          null,
          "tag '%s' belongs to a restore of '%s'; choose another tag to restore '%s'",
          tag,
          planned.location(),
          location);
    }
  }

  private static void requireRequest(SwapRecord planned, String request, String tag) {
    if (!planned.request().equals(request)) {
      throw BackupFailure.refused(
          "TagInUse",
          null,
          "tag '%s' belongs to another restore: that was %s, this is %s; choose another tag",
          tag,
          planned.request(),
          request);
    }
  }

  private <T> T guarded(String location, Supplier<T> act) {
    try {
      return act.get();
    } catch (MongoException failed) {
      throw BackupFailure.ofDatabase(
          "restore '%s' into database '%s'".formatted(location, database.getName()), failed);
    }
  }

  private static Restored restored(SwapRecord swap, Swap renames) {
    return new Restored(
        Stream.concat(
                swap.renames().stream()
                    .filter(SwapRecord.Rename::restored)
                    .map(SwapRecord.Rename::collection),
                swap.create().stream().map(SwapRecord.View::name))
            .toList(),
        swap.unchanged(),
        renames.setAside(swap),
        swap.documents());
  }
}
