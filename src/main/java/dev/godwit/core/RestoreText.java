package dev.godwit.core;

import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import java.util.List;

/// What a restore did, in sentences.
final class RestoreText {

  private RestoreText() {}

  /// Right after it.
  static String restored(RunResult result) {
    RestoreSummary summary = result.restore();
    StringBuilder text = new StringBuilder();
    text.append(summary == null ? "restored" : counts(summary.documents(), summary.collections()));
    if (result.setAside() != null && !result.setAside().isEmpty()) {
      text.append(". Writes made since the backup are only in ")
          .append(names(result.setAside(), summary))
          .append(
              "; copy from there what is missing. status.setAsideUntil says when they are dropped");
    }
    return text + undone(summary == null ? null : summary.undone());
  }

  /// When what it replaced is gone.
  static String dropped(MongoRestoreStatus status, RunResult result) {
    String head =
        status.documents() == null || status.collections() == null
            ? "restored"
            : counts(status.documents(), status.collections());
    String left =
        result.setAside() == null || result.setAside().isEmpty()
            ? ""
            : "; what somebody else created meanwhile stays in "
                + String.join(", ", result.setAside());
    return head + ". What it replaced was dropped" + left + undone(status.undone());
  }

  private static String counts(long documents, int collections) {
    return "restored %d documents of %d collections".formatted(documents, collections);
  }

  private static String names(List<String> setAside, RestoreSummary summary) {
    int more = summary == null ? 0 : summary.setAside() - setAside.size();
    return String.join(", ", setAside) + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private static String undone(List<String> versions) {
    return versions == null || versions.isEmpty()
        ? ""
        : ". Not applied any more: " + String.join(", ", versions);
  }
}
