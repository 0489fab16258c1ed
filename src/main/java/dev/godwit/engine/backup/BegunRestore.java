package dev.godwit.engine.backup;

import com.mongodb.client.MongoDatabase;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.RestoreMode;
import dev.godwit.engine.RunException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What runs of a restore before this one did to the live collections, from what they wrote down.
/// A run that cannot go on, because its backup is gone for one, must not say that nothing was
/// changed when one before it dropped or renamed something.
public final class BegunRestore {

  private static final String OTHER_RESTORE = "TagInUse";

  private final MongoDatabase database;
  private final DerivedNames names;

  /// @param tag of the restore
  public BegunRestore(MongoDatabase database, String tag) {
    this.database = database;
    this.names = new DerivedNames(database.getName(), tag);
  }

  /// The refusal as it is when a run before has begun to change live collections:
  /// `FailedChangesStay` with what is half done and what to do. Any other failure stays as it is.
  ///
  /// @throws com.mongodb.MongoException when the server cannot be asked
  public RunException told(RunException failed) {
    if (failed.verdict() != Verdict.Refused || OTHER_RESTORE.equals(failed.failure().reason())) {
      return failed;
    }
    return describe()
        .map(
            done ->
                new RunException(
                    Verdict.FailedChangesStay,
                    new Failure(
                        failed.failure().reason(),
                        failed.failure().step(),
                        "%s. This run could not go on, and touched nothing itself: %s"
                            .formatted(done, failed.failure().message())),
                    failed))
        .orElse(failed);
  }

  /// What was done to the live collections and what to do; empty when they are as they were.
  private Optional<String> describe() {
    return new SwapJournal(database)
        .find(names.tag())
        .flatMap(this::swapped)
        .or(
            () ->
                LoadJournal.isOf(database, names.tag(), RestoreMode.Overwrite)
                    ? Optional.of(overwritten())
                    : Optional.empty());
  }

  private Optional<String> swapped(SwapRecord swap) {
    if (swap.finished()) {
      return Optional.of(
          "the restore with tag '%s' of '%s' put all its collections in place in database '%s' before; only what follows, such as telling the history, may be missing: bring the backup back and run the same restore again"
              .formatted(names.tag(), swap.location(), database.getName()));
    }
    Set<String> existing = database.listCollectionNames().into(new HashSet<>());
    List<String> waiting =
        swap.renames().stream()
            .filter(rename -> rename.restored() && existing.contains(shadow(rename)))
            .map(rename -> "'%s' (loaded as '%s')".formatted(rename.collection(), shadow(rename)))
            .toList();
    List<String> placed =
        swap.renames().stream()
            .filter(rename -> rename.restored() && !existing.contains(shadow(rename)))
            .map(rename -> "'%s'".formatted(rename.collection()))
            .toList();
    List<String> aside =
        new Swap(database, names, ActHook.NONE)
            .setAside(swap).stream()
                .map(one -> "'%s' (as '%s')".formatted(one.collection(), one.aside()))
                .toList();
    if (placed.isEmpty() && aside.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "the restore with tag '%s' of '%s' is half done in database '%s': in place: %s; not in place yet: %s; set aside: %s; nothing was dropped. Bring the backup back to where it was and run the same restore again, which finishes the renames, or rename by hand: those that are loaded into place, or those set aside back"
            .formatted(
                names.tag(),
                swap.location(),
                database.getName(),
                listed(placed),
                listed(waiting),
                listed(aside)));
  }

  private String shadow(SwapRecord.Rename rename) {
    return names.shadow(rename.collection());
  }

  private static String listed(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private String overwritten() {
    return "the restore with tag '%s' is half done: live collections of database '%s' are dropped already and may be half loaded. Bring the backup back to where it was and run the same restore again, or restore another backup"
        .formatted(names.tag(), database.getName());
  }
}
