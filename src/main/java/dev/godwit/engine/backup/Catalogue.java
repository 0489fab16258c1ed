package dev.godwit.engine.backup;

import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.engine.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The backups of a storage, found by what is stored and nothing else.
public final class Catalogue {

  /// What an archive may be called.
  private static final List<String> ARCHIVES = List.of("archive", "archive.gz", "archive.zst");

  private final Storage storage;

  public Catalogue(Storage storage) {
    this.storage = storage;
  }

  /// All backups below a folder, finished or not; oldest first, those without a time at the end.
  ///
  /// @param folder empty for the root
  /// @throws RunException when the storage fails
  public List<CatalogueEntry> list(String folder) {
    Map<String, Boolean> finished = new TreeMap<>();
    for (String name : names(folder)) {
      int slash = name.lastIndexOf('/');
      String location = slash < 0 ? "" : name.substring(0, slash);
      String file = name.substring(slash + 1);
      if (file.equals(BackupManifest.NAME)) {
        finished.put(location, true);
      } else if (ARCHIVES.contains(file)) {
        finished.putIfAbsent(location, false);
      }
    }
    List<CatalogueEntry> entries = new ArrayList<>();
    finished.forEach((location, isFinished) -> entries.add(entry(location, isFinished)));
    entries.sort(
        Comparator.comparing(
                CatalogueEntry::startTime, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(CatalogueEntry::location));
    return entries;
  }

  private List<String> names(String folder) {
    try {
      return storage.list(folder);
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("list the backups", storage, folder, failed);
    }
  }

  private CatalogueEntry entry(String location, boolean isFinished) {
    if (!isFinished) {
      return CatalogueEntry.other(
          location, CatalogueEntry.State.Unfinished, "it has no " + BackupManifest.NAME);
    }
    try {
      return CatalogueEntry.complete(location, BackupManifest.read(storage, location));
    } catch (RunException unreadable) {
      if (unreadable.verdict() != Verdict.Refused) {
        throw unreadable;
      }
      return CatalogueEntry.other(
          location, CatalogueEntry.State.Unreadable, unreadable.getMessage());
    }
  }

  /// Deletes a backup, finished or not, and what a crash left of it. The manifest goes first: what
  /// is deleted by half is no backup. Other files in the folder stay. Can be repeated.
  ///
  /// @param location folder of the backup; empty for the root
  /// @return whether something was there
  /// @throws RunException when the storage fails
  public boolean delete(String location) {
    try {
      boolean found = delete(location, BackupManifest.NAME);
      for (String archive : ARCHIVES) {
        found |= delete(location, archive);
      }
      return found;
    } catch (IOException failed) {
      throw BackupFailure.ofStorage("delete the backup", storage, location, failed);
    }
  }

  private boolean delete(String location, String file) throws IOException {
    String name = BackupManifest.path(location, file);
    boolean exists = storage.exists(name);
    storage.delete(name);
    return exists;
  }
}
