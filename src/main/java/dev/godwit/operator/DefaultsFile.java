package dev.godwit.operator;

import dev.godwit.api.StrictYaml;
import dev.godwit.api.v1alpha1.BackupStorage;
import dev.godwit.api.v1alpha1.Batches;
import dev.godwit.api.v1alpha1.GoDuration;
import dev.godwit.api.v1alpha1.JobSettings;
import dev.godwit.api.v1alpha1.PersistentVolumeClaimStorage;
import dev.godwit.api.v1alpha1.S3Storage;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The file with the operator's defaults: YAML with `backup.storage`, `batches` and `job`, each as
/// in a MongoMigration's spec. Read once, at the start; one that is wrong keeps the operator from
/// starting, because Jobs on the wrong nodes or backups in the wrong place are worse.
final class DefaultsFile {

  /// Source: Kubernetes' documentation, "Labels and Selectors".
  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  private static final Pattern VALUE =
      Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

  private static final int MOST_RETRIES = 100;
  private static final int MOST_DOCUMENTS = 25_000;

  private record Whole(Backup backup, Batches batches, JobSettings job) {}

  private record Backup(BackupStorage storage) {}

  private DefaultsFile() {}

  /// The defaults in `file`; the built-in ones for what it does not say.
  ///
  /// @throws IllegalStateException when it cannot be read or is wrong, with the field's path
  static Defaults read(Path file) {
    try {
      return of(Files.readString(file));
    } catch (IOException missing) {
      throw new IllegalStateException(
          "GODWIT_DEFAULTS_FILE names %s, which cannot be read: %s".formatted(file, missing));
    } catch (StrictYaml.InvalidException wrong) {
      throw new IllegalStateException(
          "%s: %s%s"
              .formatted(
                  file, wrong.path() == null ? "" : wrong.path() + ": ", wrong.getMessage()));
    }
  }

  /// @throws StrictYaml.InvalidException when it is wrong, with the field's path
  static Defaults of(String yaml) throws StrictYaml.InvalidException {
    Whole whole = StrictYaml.read(yaml, Whole.class);
    if (whole == null) {
      return Defaults.BUILT_IN;
    }
    check(whole.batches);
    check(whole.job);
    BackupStorage storage = whole.backup == null ? null : whole.backup.storage;
    check(storage);
    return Defaults.of(storage, whole.batches, whole.job);
  }

  private static void check(Batches batches) throws StrictYaml.InvalidException {
    if (batches != null) {
      range("batches.size", batches.size(), 1, MOST_DOCUMENTS);
      duration("batches.pause", batches.pause());
    }
  }

  private static void check(JobSettings job) throws StrictYaml.InvalidException {
    if (job != null) {
      range("job.backoffLimit", job.backoffLimit(), 0, MOST_RETRIES);
      duration("job.activeDeadline", job.activeDeadline());
      labels(job.labels());
      resources(job.resources());
    }
  }

  private static void labels(Map<String, String> labels) throws StrictYaml.InvalidException {
    if (labels != null) {
      for (Map.Entry<String, String> label : labels.entrySet()) {
        if (!KEY.matcher(label.getKey()).matches() || !VALUE.matcher(label.getValue()).matches()) {
          throw new StrictYaml.InvalidException(
              "job.labels." + label.getKey(),
              "'%s: %s' is not a label that Kubernetes takes"
                  .formatted(label.getKey(), label.getValue()));
        }
      }
    }
  }

  /// The API server would refuse each Job, rollbacks too.
  private static void resources(ResourceRequirements resources) throws StrictYaml.InvalidException {
    if (resources != null && resources.getRequests() != null && resources.getLimits() != null) {
      for (Map.Entry<String, Quantity> request : resources.getRequests().entrySet()) {
        Quantity limit = resources.getLimits().get(request.getKey());
        if (limit != null && amount(request.getValue()).compareTo(amount(limit)) > 0) {
          throw new StrictYaml.InvalidException(
              "job.resources.requests." + request.getKey(),
              "%s is more than the limit %s".formatted(request.getValue(), limit));
        }
      }
    }
  }

  private static BigDecimal amount(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity);
  }

  private static void check(BackupStorage storage) throws StrictYaml.InvalidException {
    if (storage == null) {
      return;
    }
    if ((storage.s3() == null) == (storage.persistentVolumeClaim() == null)) {
      throw new StrictYaml.InvalidException(
          "backup.storage", "is either s3 or persistentVolumeClaim");
    }
    required("s3.bucket", storage.s3(), S3Storage::bucket);
    required(
        "persistentVolumeClaim.claimName",
        storage.persistentVolumeClaim(),
        PersistentVolumeClaimStorage::claimName);
  }

  private static <T> void required(String field, T storage, Function<T, String> value)
      throws StrictYaml.InvalidException {
    if (storage != null && value.apply(storage) == null) {
      throw new StrictYaml.InvalidException("backup.storage." + field, "is needed");
    }
  }

  private static void range(String path, Integer value, int least, int most)
      throws StrictYaml.InvalidException {
    if (value != null && (value < least || value > most)) {
      throw new StrictYaml.InvalidException(
          path, "%d is not between %d and %d".formatted(value, least, most));
    }
  }

  private static void duration(String path, String value) throws StrictYaml.InvalidException {
    try {
      if (value != null) {
        GoDuration.parse(value);
      }
    } catch (IllegalArgumentException wrong) {
      throw new StrictYaml.InvalidException(path, wrong.getMessage());
    }
  }
}
