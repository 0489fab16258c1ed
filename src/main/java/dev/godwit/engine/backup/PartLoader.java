package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import dev.godwit.engine.StopSignal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Loads parts of an archive into collections that are there, several at once.
final class PartLoader {

  private final MongoDatabase database;
  private final PartSource source;
  private final List<ArchivePart> parts;
  private final LoadJournal journal;
  private final StopSignal stop;
  private final ActHook hook;
  private final LoadListener listener;
  private final Inserter inserter;

  PartLoader(
      MongoDatabase database,
      StoredArchive archive,
      LoadJournal journal,
      StopSignal stop,
      ActHook hook,
      LoadListener listener) {
    this.database = database;
    this.source = archive.parts();
    this.parts = archive.manifest().parts();
    this.journal = journal;
    this.stop = stop;
    this.hook = hook;
    this.listener = listener;
    this.inserter = new Inserter(database, stop, hook);
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
            listener.complete(task.target());
          }
        });
  }

  private static List<Task> tasks(LoadTarget target) {
    return target.isOrdered() || target.parts().isEmpty()
        ? List.of(new Task(target, target.parts()))
        : target.parts().stream().map(part -> new Task(target, List.of(part))).toList();
  }

  /// The stored part, a document being read, the batch, and the driver's copy of it.
  private long bytes(Task task) {
    long largestBatch = inserter.limits().bytes() + ArchiveFormat.MAX_DOCUMENT;
    return task.parts().stream()
        .map(parts::get)
        .mapToLong(part -> part.length() + 3 * Math.min(part.bytes(), largestBatch))
        .max()
        .orElse(0);
  }

  private void load(Task task, boolean resumed) throws IOException {
    LoadTarget target = task.target();
    if (!task.parts().stream().allMatch(journal::isLoaded)) {
      Retries.run(
          stop,
          again -> {
            boolean doubtful = resumed || again;
            if (target.isOrdered() && doubtful) {
              hook.before("drop " + target.label());
              database.getCollection(target.name()).drop();
              new Structure(database, target).create(true);
            }
            for (int part : task.parts()) {
              BatchWriter writer =
                  new BatchWriter(inserter, target, doubtful && !target.isOrdered());
              source.visit(parts.get(part), writer);
              writer.send();
              journal.loaded(part, parts.get(part).bytes());
            }
          });
    }
    listener.loaded(
        target, task.parts().stream().map(parts::get).mapToLong(ArchivePart::documents).sum());
  }
}
