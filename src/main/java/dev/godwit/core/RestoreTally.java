package dev.godwit.core;

import dev.godwit.api.v1alpha1.MongoRestoreStatus;
import dev.godwit.api.v1alpha1.RestorePhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What is counted between two statuses of a restore.
public final class RestoreTally {

  private RestoreTally() {}

  /// What is counted on the way from the view's status to `after`.
  public static Transition of(RestoreView view, MongoRestoreStatus after) {
    RestorePhase to = after.phase();
    if (view.status().phase() == to || !to.isTerminal()) {
      return Transition.NONE;
    }
    List<Tally> tallies = new ArrayList<>();
    if (to == RestorePhase.Succeeded && after.documents() != null && after.documents() > 0) {
      tallies.add(new Tally.Documents(Tally.Activity.Restored, after.documents()));
    }
    Instant began = after.startTime() == null ? view.now() : Instant.parse(after.startTime());
    Duration took = Duration.between(began, view.now());
    tallies.add(new Tally.RestoreEnded(to, took.isNegative() ? Duration.ZERO : took));
    return new Transition(to.name() + view.spec().retryOrDefault(), "", tallies);
  }
}
