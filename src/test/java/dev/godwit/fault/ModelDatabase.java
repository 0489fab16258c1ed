package dev.godwit.fault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.BackupSummary;
import dev.godwit.api.job.PlanSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import dev.godwit.api.v1alpha1.Consistency;
import dev.godwit.api.v1alpha1.Failure;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A stand-in for a database and its runner, for one migration: what the data are, and the history.
/// It answers as `engine.run` does from the same history, and notes what must never happen to a
/// database. It is no proof about the engine: that is `RunnerFaultIT`, with the real one.
final class ModelDatabase implements Runner {

  /// Where the data are.
  enum Data {
    Before,
    Partly,
    After
  }

  /// The last event of the history.
  enum Last {
    Nothing,
    Running,
    VerificationFailed,
    Verified,
    RolledBack
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean verifies;
  private final boolean rests;
  private final List<String> problems = new ArrayList<>();
  private Data data = Data.Before;
  private Last last = Last.Nothing;
  private int retry;
  private boolean backedUp;
  private String lock;
  private boolean released;

  /// @param verifies whether the checks hold after the steps
  /// @param rests whether the apply run stops in its middle until it is released
  ModelDatabase(boolean verifies, boolean rests) {
    this.verifies = verifies;
    this.rests = rests;
  }

  synchronized Data data() {
    return data;
  }

  synchronized Last last() {
    return last;
  }

  synchronized boolean isLocked() {
    return lock != null;
  }

  /// Runs that rest may end from now on.
  synchronized void release() {
    released = true;
  }

  /// What happened that must never happen.
  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public synchronized Optional<End> run(Job job, String command, JsonNode manifest) {
    int wanted = manifest.path("spec").path("retry").asInt(0);
    return switch (command) {
      case "plan" -> end(plan(wanted));
      case "verdict" -> end(RunResult.of(verdict(wanted), null));
      case "backup" -> end(backUp());
      case "apply" -> apply(job, wanted);
      case "rollback" -> end(rollBack(wanted));
      default -> throw new IllegalArgumentException(command);
    };
  }

  @Override
  public synchronized void stop(Job job) {
    if (job.getMetadata().getUid().equals(lock)) {
      lock = null;
    }
  }

  private RunResult plan(int wanted) {
    Verdict verdict =
        switch (last) {
          case Nothing -> Verdict.Planned;
          case Running, VerificationFailed -> Verdict.Unfinished;
          case Verified -> Verdict.Applied;
          case RolledBack -> wanted > retry ? Verdict.Planned : Verdict.RolledBack;
        };
    boolean plans = verdict == Verdict.Planned || verdict == Verdict.Unfinished;
    return new RunResult(
        verdict,
        "shop",
        1,
        "sha256:cd",
        plans
            ? new PlanSummary(List.of("audit", "users"), List.of("audit"), 1000, true, "sha256:ab")
            : null,
        null,
        null,
        null,
        null,
        null);
  }

  private Verdict verdict(int wanted) {
    return switch (last) {
      case Nothing -> Verdict.Untouched;
      case Running, VerificationFailed -> Verdict.Unfinished;
      case Verified -> Verdict.Applied;
      case RolledBack -> wanted > retry ? Verdict.Untouched : Verdict.RolledBack;
    };
  }

  private RunResult backUp() {
    if (data != Data.Before) {
      problems.add("a backup was taken of data that were changed already: " + data);
    }
    backedUp = true;
    return new RunResult(
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
  }

  private Optional<End> apply(Job job, int wanted) {
    if (!backedUp) {
      problems.add("steps ran without a backup");
    }
    if (lock != null) {
      problems.add("Job %s ran beside %s".formatted(job.getMetadata().getName(), lock));
    }
    if (last == Last.Verified) {
      return end(RunResult.of(Verdict.Applied, null));
    }
    if (last == Last.RolledBack && wanted <= retry) {
      return end(RunResult.of(Verdict.RolledBack, null));
    }
    retry = wanted;
    last = Last.Running;
    data = Data.Partly;
    if (rests && !released) {
      lock = job.getMetadata().getUid();
      return Optional.empty();
    }
    data = Data.After;
    last = verifies ? Last.Verified : Last.VerificationFailed;
    return end(
        verifies
            ? RunResult.of(Verdict.Applied, null)
            : RunResult.of(
                Verdict.VerificationFailed,
                new Failure("VerificationFailed", null, "check no-upper-case: 3 documents match")));
  }

  private RunResult rollBack(int wanted) {
    if (lock != null) {
      problems.add("a rollback ran beside an apply run");
      return RunResult.of(Verdict.LockHeld, null);
    }
    if (last != Last.Nothing) {
      last = Last.RolledBack;
      retry = wanted;
    }
    data = Data.Before;
    return RunResult.of(Verdict.RolledBack, null);
  }

  private static Optional<End> end(RunResult result) {
    try {
      return Optional.of(new End(result.verdict().exitCode(), JSON.writeValueAsString(result)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
