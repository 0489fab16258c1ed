package dev.godwit.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.godwit.testing.MongoServer;
import java.io.IOException;

/// Compares Godwit's dump and restore with stock mongodump and mongorestore, as whole processes, on
/// the same server, in turns: `make bench-backup`. For its arguments see [BackupOptions].
///
/// `GODWIT_BENCH_URI` names another server; the database `bench_backup` there is dropped.
/// `GODWIT_LAB_MONGODUMP` and `GODWIT_LAB_MONGORESTORE` name the programs.
public final class BackupBench {

  private static final int DOCUMENTS_A_MEGABYTE = 1_000;
  private static final int MANY = 20;

  private BackupBench() {}

  /// @param args see [BackupOptions#USAGE]
  public static void main(String[] args) throws IOException {
    BackupOptions options = BackupOptions.of(args);
    String given = System.getenv("GODWIT_BENCH_URI");
    String uri = given == null ? MongoServer.uri() : given;
    BackupTools tools = BackupTools.of(uri);
    try (MongoClient client = MongoClients.create(uri)) {
      System.out.println(Machine.describe(client));
      System.out.println(tools.versions());
      System.out.println(
          """
          Godwit: whole processes with the image's JVM flags and AOT cache for a container of \
          512 MiB; the start of the JVM counts.
          Memory is the client's peak resident size, processor seconds are the client's.
          """);
      MongoDatabase database = client.getDatabase(BackupTools.DATABASE);
      for (int collections : new int[] {1, MANY}) {
        inTurns(options, tools, database, collections);
      }
      if (options.parts().contains(BackupOptions.Part.Growth)) {
        new BackupGrowth(tools, database).run(options.megabytes(), options.runs());
      }
      database.drop();
    }
  }

  private static void inTurns(
      BackupOptions options, BackupTools tools, MongoDatabase database, int collections) {
    boolean dumps = options.parts().contains(BackupOptions.Part.Dump);
    boolean restores = options.parts().contains(BackupOptions.Part.Restore);
    boolean recovers = options.parts().contains(BackupOptions.Part.Recovery) && collections == 1;
    if (!dumps && !restores && !recovers) {
      return;
    }
    String title = collections == 1 ? "one collection" : collections + " collections";
    int each = options.megabytes() * DOCUMENTS_A_MEGABYTE / collections;
    long bytes = BackupData.fill(database, collections, each);
    if (dumps) {
      new DumpBench(tools).run(title, bytes, options.runs());
    }
    if (restores) {
      new RestoreBench(tools, database, (long) collections * each)
          .run(title, bytes, options.runs());
    }
    if (recovers) {
      new RecoveryBench(tools, database).run(bytes, options.runs());
    }
  }
}
