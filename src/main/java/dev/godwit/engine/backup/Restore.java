package dev.godwit.engine.backup;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Puts collections back as a backup has them.
///
/// Needs room for a second copy of the restored collections, and 96 MiB of heap whatever the size
/// of the documents. The caller holds the database's lock and gives a client with majority,
/// journaled writes and primary reads.
public final class Restore {

  private static final int THREADS = 4;
  private static final long BUDGET = 64 << 20;

  private final MongoDatabase database;
  private final Storage storage;
  private final ProgressSink progress;
  private final StopSignal stop;
  private final ActHook hook;

  public Restore(MongoDatabase database, Storage storage, ProgressSink progress, StopSignal stop) {
    this(database, storage, progress, stop, ActHook.NONE);
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

  /// Checks the whole archive, loads the collections beside the live ones, compares them with the
  /// backup, and only then renames: the live ones aside, the loaded ones into place. Collections
  /// that the backup lists as absent are renamed aside too. Nothing of the user's is dropped.
  ///
  /// A run that was ended anywhere is finished by running it again with the same `tag`; a finished
  /// one gives the same answer again. Godwit's own collections, the history among them, are never
  /// restored. Collections that were created since and are not named stay as they are.
  ///
  /// @param location folder of the backup in its storage; may be of another database
  /// @param collections names, or empty for all of the backup
  /// @param tag names this restore, 1 to 63 of letters, digits, `.`, `-`; part of the names of
  ///     shadow and set-aside collections
  /// @throws RunException `Refused`: no live collection was touched. `Interrupted`: to be run
  ///     again with the same tag
  public Restored swap(String location, List<String> collections, String tag) {
    DerivedNames names = new DerivedNames(database.getName(), tag);
    SwapJournal journal = new SwapJournal(database);
    Swap swap = new Swap(database, names, hook);
    try {
      SwapRecord planned =
          journal.find(tag).orElseGet(() -> prepare(location, collections, names, swap, journal));
      if (!planned.location().equals(location)) {
        throw BackupFailure.refused(
            "TagInUse",
            null,
            "tag '%s' belongs to a restore of '%s'; choose another tag to restore '%s'",
            tag,
            planned.location(),
            location);
      }
      if (!planned.finished()) {
        swap.finish(planned, journal);
      }
      return restored(planned, swap);
    } catch (MongoException failed) {
      throw BackupFailure.ofDatabase(
          "restore '%s' into database '%s'".formatted(location, database.getName()), failed);
    }
  }

  private SwapRecord prepare(
      String location,
      List<String> collections,
      DerivedNames names,
      Swap swap,
      SwapJournal journal) {
    BackupManifest manifest = BackupManifest.read(storage, location);
    RestorePlan plan = RestorePlan.of(database, manifest, location, collections);
    RestoreProgress report = new RestoreProgress(progress, manifest, plan);
    Prelude prelude = new ArchiveCheck(storage, location, manifest, stop).run(report::checked);
    requireSameViews(prelude, plan);
    RenameTrial trial = new RenameTrial(database, names, hook);
    plan.load().forEach(collection -> trial.run(collection.name()));
    plan.remove().forEach(trial::run);
    LoadJournal loaded =
        new LoadJournal(
            database,
            names.tag(),
            "swap %s %s".formatted(location, plan.names()),
            manifest.archiveSha256(),
            hook);
    try {
      boolean resumed = loaded.resume();
      if (!resumed) {
        dropShadows(names);
        loaded.begin();
      }
      load(location, manifest, prelude, plan, names, report, loaded, resumed);
    } catch (RunException | MongoCommandException failed) {
      if (!(failed instanceof RunException run && run.verdict() == Verdict.Interrupted)) {
        loaded.remove();
        dropShadows(names);
      } else if (stop.isRequested()) {
        loaded.note();
      }
      throw failed;
    }
    List<SwapRecord.Rename> renames = new ArrayList<>();
    plan.load().forEach(collection -> renames.add(swap.plan(collection.name(), true)));
    plan.remove().forEach(collection -> renames.add(swap.plan(collection, false)));
    SwapRecord planned =
        new SwapRecord(
            location,
            false,
            plan.load().stream().mapToLong(ArchivedCollection::documents).sum(),
            plan.views(),
            renames);
    stop.check();
    hook.before("record the swap");
    journal.save(names.tag(), planned);
    loaded.remove();
    return planned;
  }

  private void load(
      String location,
      BackupManifest manifest,
      Prelude prelude,
      RestorePlan plan,
      DerivedNames names,
      RestoreProgress report,
      LoadJournal loaded,
      boolean resumed) {
    List<LoadTarget> targets =
        plan.load().stream()
            .map(
                collection ->
                    new LoadTarget(
                        names.shadow(collection.name()),
                        prelude.collection(collection.name()).orElseThrow(),
                        collection,
                        parts(manifest, collection),
                        "no collection was replaced"))
            .toList();
    try {
      new Loader(
              database,
              new PartSource(storage, location, manifest),
              manifest.parts(),
              loaded,
              stop,
              hook,
              (target, documents) -> report.loaded(target.archived(), documents))
          .load(targets, resumed, THREADS, new ByteBudget(BUDGET));
      DocumentsCheck documents = new DocumentsCheck(database, stop);
      Crew.run(
          THREADS,
          targets,
          target -> {
            new Structure(database, target).requireSame();
            documents.requireSame(target, read -> report.compared(target.archived(), read));
          });
    } catch (MalformedArchiveException changed) {
      throw BackupFailure.damaged(storage, location, changed.getMessage(), changed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("read the archive", storage, location, failed);
    }
  }

  private static List<Integer> parts(BackupManifest manifest, ArchivedCollection collection) {
    return IntStream.range(0, manifest.parts().size())
        .filter(part -> collection.dataCollection().equals(manifest.parts().get(part).collection()))
        .boxed()
        .toList();
  }

  private void requireSameViews(Prelude prelude, RestorePlan plan) {
    for (String view : plan.views()) {
      boolean same =
          ServerCollections.metadata(database, view)
              .filter(
                  live -> live.options().equals(prelude.collection(view).orElseThrow().options()))
              .isPresent();
      if (!same) {
        throw RestorePlan.unswappable(view, CollectionMetadata.VIEW);
      }
    }
  }

  private void dropShadows(DerivedNames names) {
    for (String name : database.listCollectionNames()) {
      if (name.startsWith(names.shadowPrefix())) {
        hook.before("drop leftover " + name);
        database.getCollection(name).drop();
      }
    }
  }

  private static Restored restored(SwapRecord swap, Swap renames) {
    return new Restored(
        swap.renames().stream()
            .filter(SwapRecord.Rename::restored)
            .map(SwapRecord.Rename::collection)
            .toList(),
        swap.unchanged(),
        renames.setAside(swap),
        swap.documents());
  }
}
