package dev.godwit.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Optional;

/// What runs in the Jobs' pods.
interface Runner {

  /// How a container ended.
  ///
  /// @param message its termination message
  record End(int exitCode, String message) {}

  /// Runs a Job's pod.
  ///
  /// @param command the runner's, as `apply`
  /// @param manifest what its ConfigMap holds
  /// @return empty when it goes on until `Node` stops or releases it
  Optional<End> run(Job job, String command, JsonNode manifest);

  /// A pod that runs gets SIGTERM: it ends its batch.
  default void stop(Job job) {}
}
