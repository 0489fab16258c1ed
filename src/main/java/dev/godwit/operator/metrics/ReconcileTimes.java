package dev.godwit.operator.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/// Times what the SDK's controllers do. The SDK's own meters are not used: it registers one name
/// with different labels, which the Prometheus registry answers with an exception that ends the
/// processing of the resource's events.
public final class ReconcileTimes implements Metrics {

  private final MeterRegistry registry;

  public ReconcileTimes(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    Timer.Sample sample = Timer.start(registry);
    boolean succeeded = false;
    try {
      T result = execution.execute();
      succeeded = true;
      return result;
    } finally {
      sample.stop(timer(execution.controllerName(), succeeded));
    }
  }

  private Timer timer(String controller, boolean succeeded) {
    return Timer.builder("godwit.reconcile.duration")
        .description("How long a look at a resource took; those that failed are repeated.")
        .tag("controller", controller)
        .tag("outcome", succeeded ? "Succeeded" : "Failed")
        .register(registry);
  }
}
