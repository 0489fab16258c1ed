package dev.godwit.operator;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The events of Jobs and pods that do not start, asked for rarely: the API server reads all events
/// of a namespace to find those of one object. Most pods start before anybody has to ask.
final class EventLookup {

  private static final Logger LOG = LoggerFactory.getLogger(EventLookup.class);

  /// How long an object may take without being asked about, and how long an answer holds.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// More do not fail to start at once: beyond, who was not looked at for longest is forgotten.
  private static final int MOST = 1_000;

  private final Function<ObjectMeta, List<Event>> list;
  private final InstantSource clock;
  private final Map<String, Answer> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > MOST;
        }
      };

  private record Answer(Instant asked, List<Event> events) {

    /// Also where the clock was set back meanwhile.
    boolean holds(Instant now) {
      return !now.isBefore(asked) && now.isBefore(asked.plus(PATIENCE));
    }
  }

  EventLookup(KubernetesClient client, InstantSource clock) {
    this(of -> list(client, of), clock);
  }

  /// @param list asks the API server
  EventLookup(Function<ObjectMeta, List<Event>> list, InstantSource clock) {
    this.list = list;
    this.clock = clock;
  }

  /// What is known of an object; nothing in its first seconds.
  List<Event> of(ObjectMeta object) {
    Instant now = clock.instant();
    Answer known;
    synchronized (answers) {
      known = answers.get(object.getUid());
    }
    if (known != null && known.holds(now)) {
      return known.events();
    }
    List<Event> events = known == null ? List.of() : list.apply(object);
    synchronized (answers) {
      answers.put(object.getUid(), new Answer(now, events));
    }
    return events;
  }

  /// In the object's own namespace: an operator for some namespaces may not look elsewhere.
  private static List<Event> list(KubernetesClient client, ObjectMeta of) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(of.getNamespace())
          .withField("involvedObject.uid", of.getUid())
          .list()
          .getItems();
    } catch (KubernetesClientException notReadable) {
      LOG.debug("no events of {}", of.getName(), notReadable);
      return List.of();
    }
  }
}
