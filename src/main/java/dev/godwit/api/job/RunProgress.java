package dev.godwit.api.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/// A line of progress: one JSON object on the runner's standard output, at most one a second, and
/// one at each change of activity or step.
///
/// @param godwit version of this line's form: 1; lines without it are not progress
/// @param activity what the runner does
/// @param step name of the running step, or of the collection of a backup
/// @param stepIndex its place, from 1
/// @param steps number of steps or collections
/// @param documentsDone documents done in this step
/// @param documentsTotal documents expected in this step
/// @param percent how much of the whole run is done, 0 to 100
/// @param rate documents a second, smoothed over about 20 seconds
/// @param etaSeconds seconds left in this step
/// @param bytesRate bytes of documents a second, smoothed likewise
/// @param message what it does or waits for, or why it goes slowly, in a sentence
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunProgress(
    int godwit,
    Activity activity,
    String step,
    Integer stepIndex,
    Integer steps,
    Long documentsDone,
    Long documentsTotal,
    Integer percent,
    Long rate,
    Long etaSeconds,
    Long bytesRate,
    String message) {

  public static final int FORM = 1;

  /// A line that counts no bytes.
  public RunProgress(
      int godwit,
      Activity activity,
      String step,
      Integer stepIndex,
      Integer steps,
      Long documentsDone,
      Long documentsTotal,
      Integer percent,
      Long rate,
      Long etaSeconds,
      String message) {
    this(
        godwit,
        activity,
        step,
        stepIndex,
        steps,
        documentsDone,
        documentsTotal,
        percent,
        rate,
        etaSeconds,
        null,
        message);
  }

  /// A report of a run that waits.
  public static RunProgress waiting(String message) {
    return new RunProgress(
        FORM, Activity.Waiting, null, null, null, null, null, null, null, null, message);
  }

  /// What the runner does.
  public enum Activity {
    Waiting,
    Planning,
    Applying,
    Verifying,
    RollingBack,
    Restoring,
    BackingUp
  }
}
