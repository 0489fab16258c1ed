package dev.godwit.api;

import dev.godwit.api.v1alpha1.MongoBackup;
import dev.godwit.api.v1alpha1.MongoBackupSchedule;
import dev.godwit.api.v1alpha1.MongoMigration;
import dev.godwit.api.v1alpha1.MongoRestore;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The custom resource definitions, generated from the classes.
public final class Crds {

  /// Folder of the committed files.
  public static final Path FOLDER = Path.of("crds");

  private static final List<String> COLUMNS =
      List.of(
          "Version",
          "Schedule",
          "Phase",
          "Reason",
          "Step",
          "Done",
          "Last Success",
          "Backups",
          "Verified",
          "Size",
          "Documents",
          "Backup",
          "Age",
          "Next",
          "Last Backup",
          "Database",
          "Location",
          "Consistency",
          "Message",
          "Started",
          "Duration");

  private Crds() {}

  /// File name and content of each.
  public static Map<String, String> generate() throws IOException {
    Path folder = Files.createTempDirectory("godwit-crds");
    new CRDGenerator()
        .inOutputDir(folder.toFile())
        .withMinQuotes(true)
        .withPostProcessor(
            new CRDPostProcessor() {
              @Override
              public HasMetadata process(HasMetadata crd, String version) {
                ((CustomResourceDefinition) crd).getSpec().getVersions().forEach(Crds::finish);
                return crd;
              }
            })
        .customResourceClasses(
            MongoMigration.class, MongoBackup.class, MongoRestore.class, MongoBackupSchedule.class)
        .forCRDVersions("v1")
        .generate();
    Map<String, String> files = new TreeMap<>();
    try (var paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        String name = path.getFileName().toString().replace("-v1.yml", ".yaml");
        files.put(name, Files.readString(path));
        Files.delete(path);
      }
    }
    Files.delete(folder);
    return files;
  }

  /// What annotations cannot say: the generator sorts columns by their path, and it knows no map
  /// lists.
  private static void finish(CustomResourceDefinitionVersion version) {
    version.getAdditionalPrinterColumns().sort(Comparator.comparing(Crds::place));
    JSONSchemaProps status = version.getSchema().getOpenAPIV3Schema().getProperties().get("status");
    JSONSchemaProps conditions = status.getProperties().get("conditions");
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    conditions.getItems().getSchema().setRequired(List.of("status", "type"));
  }

  private static int place(CustomResourceColumnDefinition column) {
    int place = COLUMNS.indexOf(column.getName());
    if (place < 0) {
      throw new IllegalStateException("say where column %s comes".formatted(column.getName()));
    }
    return place;
  }
}
