package dev.godwit.engine.backup;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.ProgressSink;
import dev.godwit.engine.RunException;
import dev.godwit.engine.StopSignal;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonString;

/// Drops the live collections and loads those of the backup in their place. Needs no room for a
/// second copy, and takes views and time series; who looks in between sees half of it.
final class OverwriteRestore {

  private static final String CONSEQUENCE =
      "the live collections are dropped already and may be half loaded";

  private final MongoDatabase database;
  private final StoredArchive archive;
  private final RestoreOptions options;
  private final String tag;
  private final ProgressSink progress;
  private final StopSignal stop;
  private final ActHook hook;

  OverwriteRestore(
      MongoDatabase database,
      StoredArchive archive,
      RestoreOptions options,
      String tag,
      ProgressSink progress,
      StopSignal stop,
      ActHook hook) {
    this.database = database;
    this.archive = archive;
    this.options = options;
    this.tag = tag;
    this.progress = progress;
    this.stop = stop;
    this.hook = hook;
  }

  /// Ends with everything in place and recorded.
  ///
  /// @param request what is restored how
  SwapRecord run(String request, SwapJournal journal) {
    RestorePlan plan =
        RestorePlan.of(
            database, archive.manifest(), archive.location(), options, RestoreMode.Overwrite);
    LoadJournal loaded =
        new LoadJournal(database, tag, request, archive.manifest().archiveSha256(), hook);
    Loading loading =
        new Loading(
            database,
            archive,
            loaded,
            new RestoreProgress(progress, archive.manifest(), plan),
            stop,
            hook,
            options.parallelism());
    Prelude prelude = loading.check();
    stop.check();
    boolean resumed = loaded.resume();
    boolean goesOn = resumed && loaded.phase() != LoadJournal.Phase.Creating && !archive.isStream();
    if (!goesOn) {
      loaded.enter(LoadJournal.Phase.Creating);
    }
    try {
      replace(plan, prelude, loading, loaded, goesOn);
    } catch (RunException failed) {
      if (stop.isRequested() && loaded.phase() == LoadJournal.Phase.Loading) {
        loaded.note();
      }
      throw failed.verdict() == Verdict.Refused ? halfDone(failed.failure(), failed) : failed;
    } catch (MongoException failed) {
      if (BackupFailure.isTransient(failed)) {
        throw failed;
      }
      throw halfDone(new Failure("DatabaseRefused", null, failed.getMessage()), failed);
    }
    SwapRecord done = record(request, plan);
    hook.before("record the end");
    journal.save(tag, done);
    loaded.remove();
    return done;
  }

  private void replace(
      RestorePlan plan, Prelude prelude, Loading loading, LoadJournal loaded, boolean goesOn) {
    List<LoadTarget> targets =
        plan.load().stream()
            .map(
                item ->
                    new LoadTarget(
                        item.name(),
                        prelude
                            .collection(item.archived().name())
                            .orElseThrow()
                            .renamed(item.name()),
                        item.archived(),
                        archive.partsOf(item.archived()),
                        CONSEQUENCE))
            .toList();
    if (goesOn && loaded.isCompared()) {
      loading.letExpire(targets);
      return;
    }
    if (!goesOn) {
      plan.names()
          .keySet()
          .forEach(
              name -> {
                hook.before("drop " + name);
                database.getCollection(name).drop();
              });
      loading.create(targets, false);
      loaded.enter(LoadJournal.Phase.Loading);
    }
    loading.load(targets, goesOn);
    loading.compare(targets, false);
    for (RestorePlan.Item view : plan.views()) {
      createView(view, prelude);
    }
    loaded.enter(LoadJournal.Phase.Compared);
    loading.letExpire(targets);
  }

  private void createView(RestorePlan.Item view, Prelude prelude) {
    if (ServerCollections.metadata(database, view.name()).isPresent()) {
      return;
    }
    BsonDocument command = new BsonDocument("create", new BsonString(view.name()));
    command.putAll(prelude.collection(view.archived().name()).orElseThrow().options());
    hook.before("create view " + view.name());
    database.runCommand(command);
  }

  private SwapRecord record(String request, RestorePlan plan) {
    return new SwapRecord(
        archive.location(),
        request,
        true,
        plan.documents(),
        List.of(),
        List.of(),
        Stream.concat(plan.load().stream(), plan.views().stream())
            .map(item -> new SwapRecord.Rename(item.name(), true, item.live() != null, 1, null))
            .toList());
  }

  private RunException halfDone(Failure failure, Throwable cause) {
    return new RunException(
        Verdict.FailedChangesStay,
        new Failure(
            failure.reason(),
            failure.step(),
            "%s; database '%s' holds half of the restore with tag '%s': remove the cause and run it again with the same tag, or restore another backup"
                .formatted(failure.message(), database.getName(), tag)),
        cause);
  }
}
