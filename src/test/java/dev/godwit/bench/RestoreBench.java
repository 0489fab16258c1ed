package dev.godwit.bench;

import com.mongodb.client.MongoDatabase;
import java.util.ArrayList;

/// Restores with Godwit and with mongorestore, over the same collections, which are there.
///
/// mongorestore gets archives of mongodump, and one of Godwit's for comparison. It neither checks
/// an archive before it drops what is there, nor what it loaded.
final class RestoreBench {

  private static final double GOAL_PLAIN = 1.5;
  private static final double GOAL_GZIP = 2;

  private final BackupTools tools;
  private final MongoDatabase database;
  private final long documents;

  /// @param documents in all collections, expected after each restore
  RestoreBench(BackupTools tools, MongoDatabase database, long documents) {
    this.tools = tools;
    this.database = database;
    this.documents = documents;
  }

  void run(String title, long bytes, int runs) {
    for (String left : new String[] {"plain", "gzip", "stock-plain", "stock-gzip", "stock-out"}) {
      tools.delete(left);
    }
    tools.backup("plain", "None", 1, "None").run();
    tools.backup("gzip", "Gzip", 1, "None").run();
    tools.mongodump("--archive=stock-plain").run();
    tools.mongodump("--gzip", "--archive=stock-gzip").run();
    tools.mongodump("--gzip", "--out=stock-out").run();
    Comparison comparison = new Comparison("Restore of " + title, bytes);
    comparison.add("mongorestore", () -> mongorestore("stock-plain", "--archive=stock-plain"));
    comparison.add(
        "mongorestore --gzip", () -> mongorestore("stock-gzip", "--gzip", "--archive=stock-gzip"));
    comparison.add(
        "mongorestore --gzip --dir", () -> mongorestore("stock-out", "--gzip", "--dir=stock-out"));
    comparison.add(
        "mongorestore --gzip, Godwit's archive",
        () -> mongorestore("gzip", "--gzip", "--archive=gzip/archive.gz"));
    comparison.add("godwit, None, Overwrite", "mongorestore", GOAL_PLAIN, () -> overwrite("plain"));
    comparison.add("godwit, None, Swap", "mongorestore", GOAL_PLAIN, () -> swap("plain"));
    comparison.add(
        "godwit, Gzip 1, Overwrite", "mongorestore --gzip", GOAL_GZIP, () -> overwrite("gzip"));
    comparison.add("godwit, Gzip 1, Swap", "mongorestore --gzip", GOAL_GZIP, () -> swap("gzip"));
    comparison.add(
        "godwit, mongodump's gzip, Overwrite",
        "mongorestore --gzip",
        0,
        () -> overwrite("stock-gzip"));
    comparison.run(runs);
    for (String made : new String[] {"plain", "gzip", "stock-plain", "stock-gzip", "stock-out"}) {
      tools.delete(made);
    }
  }

  private Comparison.Run mongorestore(String archive, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "--drop";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return run(tools.mongorestore(all), archive);
  }

  private Comparison.Run overwrite(String location) {
    return run(tools.restore(location, "--overwrite"), location);
  }

  private Comparison.Run swap(String location) {
    return run(tools.restore(location), location);
  }

  private Comparison.Run run(MeasuredProcess process, String archive) {
    MeasuredProcess.Taken taken = process.run();
    dropOwn(database);
    long found = 0;
    for (String name : database.listCollectionNames()) {
      found += database.getCollection(name).countDocuments();
    }
    if (found != documents) {
      throw new IllegalStateException(
          "%d documents after %s; expected %d".formatted(found, process.command(), documents));
    }
    return new Comparison.Run(taken, tools.size(archive));
  }

  /// Drops what a swap set aside, the history and notes.
  static void dropOwn(MongoDatabase database) {
    for (String name : database.listCollectionNames().into(new ArrayList<>())) {
      if (name.startsWith("_godwit_")) {
        database.getCollection(name).drop();
      }
    }
  }
}
