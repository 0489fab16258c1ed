package dev.godwit.operator;

import dev.godwit.api.job.SpecHash;
import dev.godwit.core.Note;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes events. An event's name follows from what happened, so that telling it twice (after a
/// restart, or when the status could not be written) leaves one.
final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final String COMPONENT = "godwit";
  private static final int MAX_MESSAGE = 1024;
  private static final int MAX_NAME = 230;

  private final KubernetesClient client;
  private final Clock clock;

  EventRecorder(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /// Records what happened to `subject`. An event that cannot be written is logged, no more.
  void record(HasMetadata subject, List<Note> notes) {
    for (Note note : notes) {
      try {
        client.resource(event(subject, note)).create();
      } catch (KubernetesClientException refused) {
        if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          LOG.warn("event {} could not be written: {}", note.reason(), refused.getMessage());
        }
      }
    }
  }

  private Event event(HasMetadata subject, Note note) {
    String name = subject.getMetadata().getName();
    String uid = subject.getMetadata().getUid();
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String message = note.message();
    return new EventBuilder()
        .withNewMetadata()
        .withName(
            (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name)
                + ".%04x".formatted(note.order())
                + SpecHash.sha256(uid + "\n" + note.key()).substring(0, 16))
        .withNamespace(subject.getMetadata().getNamespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(subject.getApiVersion())
        .withKind(subject.getKind())
        .withName(name)
        .withNamespace(subject.getMetadata().getNamespace())
        .withUid(uid)
        .endInvolvedObject()
        .withType(note.warning() ? "Warning" : "Normal")
        .withReason(note.reason())
        .withMessage(
            message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE - 1) + "…" : message)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(COMPONENT)
        .build();
  }
}
