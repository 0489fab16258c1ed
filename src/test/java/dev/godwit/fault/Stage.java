package dev.godwit.fault;

import dev.godwit.api.v1alpha1.MigrationPhase;
import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import dev.godwit.testing.Cluster;
import dev.godwit.testing.Install;
import dev.godwit.testing.Samples;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;

/// A namespace in which stories are played, one after the other: node and user are the test's, the
/// operator comes from outside.
final class Stage implements AutoCloseable {

  static final String NAME = "shop-004";
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          MongoMigration.class, MongoBackup.class, MongoRestore.class, MongoBackupSchedule.class);

  /// A phase that a written status had, with where the data were when it was seen.
  record Seen(MigrationPhase phase, ModelDatabase.Data data, ModelDatabase.Last last) {}

  private final KubernetesClient admin = Cluster.admin();
  private final String namespace;
  private final ModelDatabase database;
  private final Node node;
  private final SharedIndexInformer<MongoMigration> migrations;
  private final List<Seen> phases = new CopyOnWriteArrayList<>();

  private Stage(String namespace, ModelDatabase database, Runner runner) {
    this.namespace = namespace;
    this.database = database;
    node = new Node(admin, namespace, runner);
    migrations = admin.resources(MongoMigration.class).inNamespace(namespace).inform(new Phases());
  }

  /// A stage in an empty namespace, whose runner works on a model.
  static Stage in(String namespace, ModelDatabase database) {
    return new Stage(namespace, database, database);
  }

  /// A stage in an empty namespace, with a runner of its own.
  static Stage in(String namespace, Runner runner) {
    return new Stage(namespace, new ModelDatabase(true, false), runner);
  }

  /// A new namespace of the test's cluster, with Godwit's CRDs and rights. An operator whose client
  /// repeats nothing does not start while the API server still prepares to serve new kinds.
  static String newNamespace() {
    Install.once();
    String namespace = Cluster.newNamespace();
    KINDS.forEach(it -> Cluster.admin().resources(it).inNamespace(namespace).list());
    return namespace;
  }

  private final class Phases implements ResourceEventHandler<MongoMigration> {

    @Override
    public void onAdd(MongoMigration migration) {
      onUpdate(null, migration);
    }

    @Override
    public void onUpdate(MongoMigration before, MongoMigration migration) {
      MigrationPhase phase = migration.getStatus() == null ? null : migration.getStatus().phase();
      if (phase != null && (phases.isEmpty() || phases.getLast().phase() != phase)) {
        phases.add(new Seen(phase, database.data(), database.last()));
      }
    }

    @Override
    public void onDelete(MongoMigration migration, boolean unknown) {}
  }

  KubernetesClient admin() {
    return admin;
  }

  String namespace() {
    return namespace;
  }

  Node node() {
    return node;
  }

  ModelDatabase database() {
    return database;
  }

  /// The phases that were written, in order.
  List<Seen> phases() {
    return List.copyOf(phases);
  }

  void create() {
    admin.resource(Samples.migration(namespace, NAME, "004")).create();
  }

  MongoMigration migration() {
    return admin.resources(MongoMigration.class).inNamespace(namespace).withName(NAME).get();
  }

  void patch(String spec) {
    admin
        .resources(MongoMigration.class)
        .inNamespace(namespace)
        .withName(NAME)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  List<Job> jobs() {
    return admin.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  List<Job> jobs(String command) {
    return jobs().stream().filter(job -> command.equals(Node.command(job))).toList();
  }

  List<Pod> pods() {
    return admin.pods().inNamespace(namespace).list().getItems();
  }

  List<MongoBackup> backups() {
    return admin.resources(MongoBackup.class).inNamespace(namespace).list().getItems();
  }

  /// Those that the operator made.
  List<ConfigMap> manifests() {
    return admin
        .configMaps()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/managed-by", "godwit")
        .list()
        .getItems();
  }

  List<Event> events() {
    return admin.v1().events().inNamespace(namespace).list().getItems();
  }

  /// Ends the play and leaves the namespace empty for the next.
  @Override
  public void close() {
    node.close();
    migrations.close();
    Function<Class<? extends HasMetadata>, Stream<? extends HasMetadata>> of =
        kind -> admin.resources(kind).inNamespace(namespace).list().getItems().stream();
    KINDS.stream().flatMap(of).forEach(this::remove);
    jobs().forEach(this::remove);
    manifests().forEach(this::remove);
    admin.pods().inNamespace(namespace).withGracePeriod(0).delete();
    admin.v1().events().inNamespace(namespace).delete();
  }

  private void remove(HasMetadata resource) {
    if (!resource.getMetadata().getFinalizers().isEmpty()) {
      admin
          .resource(resource)
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }
    admin.resource(resource).delete();
  }
}
