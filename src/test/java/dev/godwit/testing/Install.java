package dev.godwit.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `deploy/install.yaml` on the cluster of the test run, without the Deployment: tests run the
/// reconcilers themselves, with the rights that it gives.
public final class Install {

  private static boolean done;

  private Install() {}

  /// Installs once a run.
  public static synchronized void once() {
    if (done) {
      return;
    }
    KubernetesClient admin = Cluster.admin();
    for (HasMetadata item : items()) {
      if (!(item instanceof Deployment)) {
        admin.resource(item).forceConflicts().serverSideApply();
      }
    }
    for (String crd :
        List.of(
            "mongomigrations.godwit.dev",
            "mongobackups.godwit.dev",
            "mongorestores.godwit.dev",
            "mongobackupschedules.godwit.dev")) {
      admin
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(crd)
          .waitUntilCondition(
              it ->
                  it != null
                      && it.getStatus() != null
                      && it.getStatus().getConditions().stream()
                          .anyMatch(
                              condition ->
                                  condition.getType().equals("Established")
                                      && condition.getStatus().equals("True")),
              30,
              TimeUnit.SECONDS);
    }
    done = true;
  }

  /// Everything in the file.
  public static List<HasMetadata> items() {
    try (InputStream yaml = Files.newInputStream(Path.of("deploy/install.yaml"))) {
      return Cluster.admin().load(yaml).items();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
