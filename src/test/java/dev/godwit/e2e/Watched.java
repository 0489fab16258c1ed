package dev.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.testing.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/// Every state of the migrations of a namespace and of their pods that the API server tells a
/// watcher, also the short ones.
final class Watched implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<MongoMigration> seen = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Integer> exits = new ConcurrentHashMap<>();
  private final SharedIndexInformer<MongoMigration> migrations;
  private final SharedIndexInformer<Pod> pods;

  Watched(String namespace) {
    migrations =
        Cluster.admin()
            .resources(MongoMigration.class)
            .inNamespace(namespace)
            .inform(new Handler<>(seen::add));
    pods = Cluster.admin().pods().inNamespace(namespace).inform(new Handler<>(this::exit));
  }

  private void exit(Pod pod) {
    pod.getStatus().getContainerStatuses().stream()
        .filter(it -> it.getState().getTerminated() != null)
        .forEach(
            it ->
                exits.put(
                    pod.getMetadata().getName(), it.getState().getTerminated().getExitCode()));
  }

  /// Every version of a migration, in order.
  List<MongoMigration> versions(String name) {
    synchronized (seen) {
      return seen.stream().filter(it -> it.getMetadata().getName().equals(name)).toList();
    }
  }

  /// The phases of a migration, in order, each as often as it was entered, up to `last`: a watcher
  /// hears of it a little later than one who asks.
  List<MigrationPhase> phases(String name, MigrationPhase last) {
    return Awaitility.await(name + " seen in " + last)
        .atMost(PATIENCE)
        .until(() -> phases(name), phases -> !phases.isEmpty() && phases.getLast() == last);
  }

  private List<MigrationPhase> phases(String name) {
    List<MigrationPhase> phases = new ArrayList<>();
    for (MongoMigration version : versions(name)) {
      MigrationPhase phase = version.getStatus() == null ? null : version.getStatus().phase();
      if (phase != null && (phases.isEmpty() || phases.getLast() != phase)) {
        phases.add(phase);
      }
    }
    return phases;
  }

  /// Waits until the containers of these pods are seen to have ended with these exit codes.
  void awaitExits(Map<String, Integer> expected) {
    Awaitility.await("exit codes")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(exits).containsAllEntriesOf(expected));
  }

  @Override
  public void close() {
    migrations.close();
    pods.close();
  }

  private record Handler<T>(java.util.function.Consumer<T> action)
      implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T added) {
      action.accept(added);
    }

    @Override
    public void onUpdate(T before, T now) {
      action.accept(now);
    }

    @Override
    public void onDelete(T gone, boolean unknown) {
      action.accept(gone);
    }
  }
}
