package dev.godwit.api.job;

/// Where things are in a Job's pod, and the words of the runner's command line.
public final class JobContract {

  /// Folder of the ConfigMap with the manifest.
  public static final String MANIFEST_DIR = "/etc/godwit/manifest";

  /// The manifest: the MongoMigration, MongoBackup or MongoRestore as JSON.
  public static final String MANIFEST_FILE = "manifest.json";

  /// Folder of the target's Secret; the connection string is in the file named like
  /// `secretRef.key`.
  public static final String TARGET_DIR = "/etc/godwit/target";

  /// Folder where the volume of backups is mounted.
  public static final String BACKUP_DIR = "/var/lib/godwit/backup";

  /// Folder of the Secret with the credentials of a bucket.
  public static final String STORAGE_CREDENTIALS_DIR = "/etc/godwit/storage-credentials";

  /// Folder of the Secret with the authorities that vouch for a bucket's server, in `ca.crt`.
  public static final String STORAGE_CA_DIR = "/etc/godwit/storage-ca";

  /// Where the runner writes its result.
  public static final String TERMINATION_LOG = "/dev/termination-log";

  /// Longest termination message in bytes; Kubernetes cuts what is longer.
  public static final int TERMINATION_MESSAGE_LIMIT = 4096;

  /// Main class of the runner, in the operator's image.
  public static final String RUNNER_MAIN = "dev.godwit.cli.Godwit";

  private JobContract() {}
}
