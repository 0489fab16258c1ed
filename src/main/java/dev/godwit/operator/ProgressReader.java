package dev.godwit.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.RunProgress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the latest line of progress from a running pod's log, each pod's at most once an interval.
/// What is read so seldom is also written so seldom.
final class ProgressReader {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressReader.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TAIL = 50;
  private static final Duration FORGET = Duration.ofMinutes(5);

  private record Read(Instant at, RunProgress progress) {}

  private final Map<String, Read> reads = new ConcurrentHashMap<>();
  private final KubernetesClient client;
  private final Duration interval;
  private final Clock clock;

  ProgressReader(KubernetesClient client, Duration interval, Clock clock) {
    this.client = client;
    this.interval = interval;
    this.clock = clock;
  }

  /// The latest progress of a running pod; null when there is none yet.
  RunProgress read(Pod pod) {
    Instant now = clock.instant();
    reads.values().removeIf(read -> read.at.plus(FORGET).isBefore(now));
    String uid = pod.getMetadata().getUid();
    Read last = reads.get(uid);
    if (last != null && last.progress != null && now.isBefore(last.at.plus(interval))) {
      return last.progress;
    }
    RunProgress progress = latest(log(pod));
    RunProgress known = progress == null && last != null ? last.progress : progress;
    reads.put(uid, new Read(now, known));
    return known;
  }

  private String log(Pod pod) {
    try {
      return client.pods().resource(pod).tailingLines(TAIL).getLog();
    } catch (KubernetesClientException notReadable) {
      LOG.debug("no log of pod {} yet", pod.getMetadata().getName(), notReadable);
      return "";
    }
  }

  /// The last line of `log` that is progress; null when none is.
  static RunProgress latest(String log) {
    String[] lines = log == null ? new String[0] : log.split("\n");
    for (int i = lines.length - 1; i >= 0; i--) {
      if (lines[i].startsWith("{")) {
        RunProgress progress = parse(lines[i]);
        if (progress != null && progress.godwit() == RunProgress.FORM) {
          return progress;
        }
      }
    }
    return null;
  }

  private static RunProgress parse(String line) {
    try {
      return JSON.readValue(line, RunProgress.class);
    } catch (JsonProcessingException notProgress) {
      return null;
    }
  }
}
