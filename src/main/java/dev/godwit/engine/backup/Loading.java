package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.StopSignal;
import java.io.IOException;
import java.util.List;

/// Loads collections of an archive, builds their indexes, and compares them with the backup.
final class Loading {

  /// For what all threads hold of stored parts, documents, and the driver's copies of them.
  private static final long BUDGET = 48 << 20;

  private final MongoDatabase database;
  private final StoredArchive archive;
  private final LoadJournal journal;
  private final RestoreProgress report;
  private final StopSignal stop;
  private final ActHook hook;
  private final int threads;
  private final ByteBudget budget = new ByteBudget(BUDGET);

  Loading(
      MongoDatabase database,
      StoredArchive archive,
      LoadJournal journal,
      RestoreProgress report,
      StopSignal stop,
      ActHook hook,
      int threads) {
    this.database = database;
    this.archive = archive;
    this.journal = journal;
    this.report = report;
    this.stop = stop;
    this.hook = hook;
    this.threads = threads;
  }

  /// Checks the whole archive; writes nothing.
  ///
  /// @throws dev.godwit.engine.RunException `Refused` when it is damaged
  Prelude check() {
    return archive.check(threads, budget, stop, report::checked);
  }

  /// Creates the collections, without documents and indexes.
  ///
  /// @param again whether a run before may have created some
  void create(List<LoadTarget> targets, boolean again) {
    storing(
        () -> {
          for (LoadTarget target : targets) {
            Retries.run(
                stop,
                repeated -> {
                  hook.before("create " + target.label());
                  new Structure(database, target).create(again || repeated);
                });
          }
        });
  }

  /// Loads the documents, then builds the indexes, without those that let documents expire.
  ///
  /// @param resumed whether a run before may have loaded some
  void load(List<LoadTarget> targets, boolean resumed) {
    LoadListener listener =
        new LoadListener() {
          @Override
          public void loaded(LoadTarget target, long documents) {
            report.loaded(target.archived(), documents);
          }

          @Override
          public void complete(LoadTarget target) throws IOException {
            Retries.run(stop, _ -> finish(target));
          }
        };
    storing(
        () -> {
          if (archive.isStream()) {
            new StreamLoader(archive, stop, listener, new Inserter(database, stop, hook))
                .load(targets, threads);
          } else {
            new PartLoader(database, archive, journal, stop, hook, listener)
                .load(targets, resumed, threads, budget);
          }
        });
  }

  /// Compares with the backup what the server now holds.
  ///
  /// @param content whether all documents are read back; otherwise they are counted
  /// @throws dev.godwit.engine.RunException when anything differs
  void compare(List<LoadTarget> targets, boolean content) {
    DocumentsCheck documents = new DocumentsCheck(database, stop);
    storing(
        () -> {
          Crew.run(
              threads,
              targets,
              target -> {
                new Structure(database, target).requireSame(false);
                if (!content) {
                  documents.requireCount(target);
                }
              });
          if (content) {
            documents.requireSame(
                targets, threads, (target, read) -> report.compared(target.archived(), read));
          }
        });
  }

  /// Lets documents expire where they do in the backup. Comes when nothing is compared any more;
  /// can be repeated.
  ///
  /// @throws dev.godwit.engine.RunException when an option or an index differs from the backup
  void letExpire(List<LoadTarget> targets) {
    storing(
        () ->
            Crew.run(
                threads,
                targets.stream()
                    .filter(target -> new Structure(database, target).isExpiring())
                    .toList(),
                target -> Retries.run(stop, _ -> letExpire(target))));
  }

  private void letExpire(LoadTarget target) {
    hook.before("let expire " + target.label());
    Structure structure = new Structure(database, target);
    structure.letExpire();
    structure.requireSame(true);
  }

  private void finish(LoadTarget target) {
    stop.check();
    hook.before("index " + target.label());
    Structure structure = new Structure(database, target);
    structure.createIndexes();
    structure.setValidation();
  }

  @FunctionalInterface
  private interface Act {
    void run() throws IOException;
  }

  private void storing(Act act) {
    try {
      act.run();
    } catch (MalformedArchiveException changed) {
      throw BackupFailure.damaged(
          archive.storage(), archive.location(), changed.getMessage(), changed);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage(
          "read the archive", archive.storage(), archive.location(), failed);
    }
  }
}
