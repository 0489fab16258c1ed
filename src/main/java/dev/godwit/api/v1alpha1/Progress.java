package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/// How far the running step, dump or restore is.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Progress(
    @JsonPropertyDescription("Name of the running step or collection.") String step,
    @JsonPropertyDescription("Its place, from 1.") Integer stepIndex,
    @JsonPropertyDescription("How many steps there are.") Integer steps,
    @JsonPropertyDescription("Place and number of steps as people read it: 3/7.") String position,
    @JsonPropertyDescription("Documents done in this step.") Long documentsDone,
    @JsonPropertyDescription("Documents expected in this step.") Long documentsTotal,
    @JsonPropertyDescription("How much of the whole is done, in percent.") Integer percent,
    @JsonPropertyDescription("The same as people read it: 64%.") String done,
    @JsonPropertyDescription("Documents a second, smoothed.") Long rate,
    @JsonPropertyDescription(
            "Time left in this step, or of a restore in all, as a Go duration string.")
        String eta,
    @JsonPropertyDescription(
            "Bytes of documents a second that a backup or restore moves, smoothed.")
        Long bytesRate,
    @JsonPropertyDescription(
            "What a step does that cannot count, e.g. builds index 'email_1' of 'users' for 2m30s; or why it goes slowly, e.g. secondary db-2 is 14 s behind.")
        String message) {

  /// Progress that counts no bytes.
  public Progress(
      String step,
      Integer stepIndex,
      Integer steps,
      String position,
      Long documentsDone,
      Long documentsTotal,
      Integer percent,
      String done,
      Long rate,
      String eta,
      String message) {
    this(
        step,
        stepIndex,
        steps,
        position,
        documentsDone,
        documentsTotal,
        percent,
        done,
        rate,
        eta,
        null,
        message);
  }
}
