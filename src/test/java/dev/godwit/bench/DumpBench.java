package dev.godwit.bench;

/// Dumps with Godwit and with mongodump.
final class DumpBench {

  private static final String STOCK = "stock";
  private static final String GODWIT = "godwit";
  private static final double GOAL_PLAIN = 1.3;
  private static final double GOAL_DEFAULT = 3;
  private static final double GOAL_SAME_LEVEL = 1.5;

  private final BackupTools tools;

  DumpBench(BackupTools tools) {
    this.tools = tools;
  }

  void run(String title, long bytes, int runs) {
    Comparison comparison = new Comparison("Dump of " + title, bytes);
    comparison.add("mongodump", () -> mongodump("--archive=" + STOCK));
    comparison.add("mongodump --gzip", () -> mongodump("--gzip", "--archive=" + STOCK));
    comparison.add("mongodump --gzip --out", () -> mongodump("--gzip", "--out=" + STOCK));
    comparison.add("godwit, None", "mongodump", GOAL_PLAIN, () -> godwit("None", 1, "None"));
    comparison.add(
        "godwit, Gzip 1", "mongodump --gzip", GOAL_DEFAULT, () -> godwit("Gzip", 1, "None"));
    comparison.add(
        "godwit, Gzip 6", "mongodump --gzip", GOAL_SAME_LEVEL, () -> godwit("Gzip", 6, "None"));
    comparison.add("godwit, Zstd 1", "mongodump --gzip", 0, () -> godwit("Zstd", 1, "None"));
    comparison.add(
        "godwit, Gzip 1, read back and checked",
        "mongodump --gzip",
        0,
        () -> godwit("Gzip", 1, "Checksum"));
    comparison.run(runs);
  }

  private Comparison.Run mongodump(String... arguments) {
    return run(tools.mongodump(arguments), STOCK);
  }

  private Comparison.Run godwit(String compression, int level, String verification) {
    return run(tools.backup(GODWIT, compression, level, verification), GODWIT);
  }

  private Comparison.Run run(MeasuredProcess process, String target) {
    tools.delete(target);
    MeasuredProcess.Taken taken = process.run();
    long stored = tools.size(target);
    tools.delete(target);
    return new Comparison.Run(taken, stored);
  }
}
