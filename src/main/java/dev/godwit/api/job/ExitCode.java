package dev.godwit.api.job;

/// Exit codes of the runner. 1, 2 and 10 to 19 are final; anything else is retried by the Job.
public final class ExitCode {

  public static final int DONE = 0;
  public static final int UNEXPECTED = 1;
  public static final int USAGE = 2;
  public static final int REFUSED = 10;
  public static final int STEP_FAILED = 11;
  public static final int VERIFICATION_FAILED = 12;
  public static final int ROLLBACK_FAILED = 13;
  public static final int CHANGES_STAY = 15;
  public static final int INTERRUPTED = 20;
  public static final int LOCK_HELD = 21;

  private ExitCode() {}
}
