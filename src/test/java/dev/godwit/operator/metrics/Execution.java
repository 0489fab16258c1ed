package dev.godwit.operator.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.concurrent.Callable;

/// A look at a resource, as the SDK hands it over.
record Execution(Callable<String> look) implements Metrics.ControllerExecution<String> {
  @Override
  public String name() {
    return "reconcile";
  }

  @Override
  public String controllerName() {
    return "mongomigration";
  }

  @Override
  public String successTypeName(String result) {
    return result;
  }

  @Override
  public ResourceID resourceID() {
    return new ResourceID("m", "shop");
  }

  @Override
  public Map<String, Object> metadata() {
    return Map.of();
  }

  @Override
  public String execute() throws Exception {
    return look.call();
  }
}
