package dev.godwit.engine.backup;

import com.mongodb.MongoException;
import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Loads parts of an archive into collections, several at once, and builds the indexes of each
/// collection when its last part is in.
final class Loader {

  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  /// Told of documents that are in.
  @FunctionalInterface
  interface Listener {
    /// @param documents since the last call for this collection
    void loaded(LoadTarget target, long documents);
  }

  private final MongoDatabase database;
  private final PartSource source;
  private final List<ArchivePart> parts;
  private final LoadJournal journal;
  private final StopSignal stop;
  private final ActHook hook;
  private final Listener listener;
  private final InsertLimits limits;

  Loader(
      MongoDatabase database,
      PartSource source,
      List<ArchivePart> parts,
      LoadJournal journal,
      StopSignal stop,
      ActHook hook,
      Listener listener) {
    this.database = database;
    this.source = source;
    this.parts = parts;
    this.journal = journal;
    this.stop = stop;
    this.hook = hook;
    this.listener = listener;
    this.limits = InsertLimits.of(database);
  }

  /// Parts that are loaded one after the other.
  private record Task(LoadTarget target, List<Integer> parts) {}

  /// @param resumed whether a run before may have loaded something
  /// @param budget for stored parts and documents
  void load(List<LoadTarget> targets, boolean resumed, int threads, ByteBudget budget)
      throws IOException {
    List<Task> tasks = new ArrayList<>();
    Map<LoadTarget, AtomicInteger> left = new HashMap<>();
    for (LoadTarget target : targets) {
      retrying(again -> create(target, resumed || again));
      List<Task> own = tasks(target);
      left.put(target, new AtomicInteger(own.size()));
      tasks.addAll(own);
    }
    Crew.run(
        threads,
        tasks,
        task -> {
          stop.check();
          try (ByteBudget.Taken _ = budget.take(bytes(task))) {
            load(task, resumed);
          }
          if (left.get(task.target()).decrementAndGet() == 0) {
            retrying(_ -> finish(task.target()));
          }
        });
  }

  private static List<Task> tasks(LoadTarget target) {
    return target.isOrdered()
        ? List.of(new Task(target, target.parts()))
        : target.parts().stream().map(part -> new Task(target, List.of(part))).toList();
  }

  /// The stored part, a document being read, the batch, and the driver's copy of it.
  private long bytes(Task task) {
    return task.parts().stream()
        .map(parts::get)
        .mapToLong(
            part ->
                part.length()
                    + 3 * Math.min(part.bytes(), limits.bytes() + ArchiveFormat.MAX_DOCUMENT))
        .max()
        .orElse(0);
  }

  private void create(LoadTarget target, boolean again) {
    hook.before("create " + target.label());
    new Structure(database, target).create(again);
  }

  private void load(Task task, boolean resumed) throws IOException {
    LoadTarget target = task.target();
    if (!task.parts().stream().allMatch(journal::isLoaded)) {
      retrying(
          again -> {
            if (target.isOrdered() && (resumed || again)) {
              hook.before("drop " + target.label());
              database.getCollection(target.name()).drop();
              create(target, true);
            }
            for (int part : task.parts()) {
              insert(target, part, !target.isOrdered() && (resumed || again));
            }
          });
    }
    listener.loaded(
        target, task.parts().stream().map(parts::get).mapToLong(ArchivePart::documents).sum());
  }

  private void insert(LoadTarget target, int part, boolean again) throws IOException {
    BatchWriter writer = new BatchWriter(database, target, limits, stop, hook, again);
    source.visit(parts.get(part), writer);
    writer.send();
    journal.loaded(part, parts.get(part).bytes());
  }

  private void finish(LoadTarget target) {
    Structure structure = new Structure(database, target);
    stop.check();
    hook.before("index " + target.label());
    structure.createIndexes();
    structure.setValidation();
  }

  /// Something that can be repeated.
  @FunctionalInterface
  private interface Act {
    /// @param again whether it was tried before, and nobody knows how far it came
    void run(boolean again) throws IOException;
  }

  private void retrying(Act act) throws IOException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        act.run(attempt > 1);
        return;
      } catch (MongoException failed) {
        if (!BackupFailure.isTransient(failed) || attempt == ATTEMPTS) {
          throw failed;
        }
        stop.pause(pause);
        pause = pause.multipliedBy(2);
      }
    }
  }
}
