package dev.godwit.operator;

import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.Failure;
import dev.godwit.api.v1alpha1.StepOutcome;
import java.util.List;

/// What runners say in tests.
final class Results {

  static final RunResult PLANNED =
      new RunResult(
          Verdict.Planned,
          "shop",
          1,
          "sha256:cd",
          new PlanSummary(List.of("audit", "users"), List.of("audit"), 1000, true, "sha256:ab"),
          null,
          null,
          null,
          null,
          null);

  static final RunResult BACKED_UP =
      new RunResult(
          Verdict.BackedUp,
          "shop",
          null,
          null,
          null,
          null,
          null,
          null,
          new BackupSummary(
              null, 123_456, 4_000_000, 1000, 2, Consistency.None, null, true, "8.0.0", "abc"),
          null);

  static final RunResult APPLIED =
      new RunResult(
          Verdict.Applied,
          "shop",
          1,
          "sha256:cd",
          null,
          List.of(
              new StepOutcome("collection", null, 1L, null, null, null),
              new StepOutcome("lower-case", 1000L, 400L, null, null, null),
              new StepOutcome("index", null, 1L, null, null, null)),
          null,
          null,
          null,
          null);

  static final RunResult RESTORED =
      new RunResult(
          Verdict.Restored,
          "shop",
          null,
          null,
          null,
          null,
          List.of("_godwit_aside_mrst-1_users"),
          null,
          null,
          new RestoreSummary(1000, 1, 1, List.of("004")),
          null);

  static final RunResult ROLLED_BACK = of(Verdict.RolledBack, null);

  static final RunResult VERIFICATION_FAILED =
      of(Verdict.VerificationFailed, "check no-upper-case: 3 documents match, none should");

  private Results() {}

  static RunResult of(Verdict verdict, String failure) {
    return new RunResult(
        verdict,
        "shop",
        1,
        "sha256:cd",
        null,
        null,
        null,
        null,
        null,
        failure == null ? null : new Failure(verdict.name(), null, failure));
  }
}
