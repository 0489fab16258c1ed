package dev.godwit.api.job;

import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/// Hash over what a migration runs: version, target, steps, preconditions, verify, batches, backup.
///
/// Two specs that mean the same hash the same: a default that the API server filled in counts like
/// one that was left out, and a field that a later version of the API adds does not count until it
/// is used. `desiredState`, `suspend`, `retry`, `approval`,
/// `dependsOn`, `outOfOrder`, `rollback` and `job` do not count: they may change at any time
/// and nothing runs again for them.
public final class SpecHash {

  private SpecHash() {}

  /// 64 hexadecimal digits of SHA-256.
  public static String of(MongoMigrationSpec spec) {
    List<Object> run = new ArrayList<>();
    run.add(spec.version());
    run.add(spec.target().secretRef().name());
    run.add(spec.target().secretRef().keyOrDefault());
    run.add(spec.target().database());
    run.add(spec.steps());
    run.add(spec.preconditionsOrEmpty());
    run.add(spec.verifyChecksOrEmpty());
    run.add(spec.batches());
    run.add(spec.backupPolicyOrDefault());
    run.add(spec.backup() == null ? null : spec.backup().storage());
    if (spec.soakOrNull() != null) {
      run.add(spec.soakOrNull().duration());
      run.add(spec.soakOrNull().intervalOrDefault().toString());
    }
    return sha256(canonical(run));
  }

  /// SHA-256 of the UTF-8 bytes of `text`, in hexadecimal digits.
  public static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /// A text that is the same for values that are the same: strings with their length, lists in
  /// order, records with the names of the components that are set.
  private static String canonical(Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> text.length() + ":" + text;
      case Enum<?> word -> word.name();
      case List<?> list -> {
        StringBuilder all = new StringBuilder("[");
        list.forEach(item -> all.append(canonical(item)).append(','));
        yield all.append(']').toString();
      }
      case Record record -> ofRecord(record);
      default -> Objects.toString(value);
    };
  }

  private static String ofRecord(Record record) {
    StringBuilder all = new StringBuilder("{");
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value;
      try {
        value = component.getAccessor().invoke(record);
      } catch (IllegalAccessException | InvocationTargetException impossible) {
        throw new IllegalStateException("a record's accessors are public", impossible);
      }
      if (value != null) {
        all.append(component.getName()).append('=').append(canonical(value)).append(',');
      }
    }
    return all.append('}').toString();
  }
}
