package dev.godwit.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/// Puts collections of a MongoDB database back as a backup has them.
@Group(Godwit.GROUP)
@Version(Godwit.VERSION)
@ShortNames("mrst")
@Categories("godwit")
@AdditionalPrinterColumn(
    name = "Phase",
    jsonPath = ".status.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Done",
    jsonPath = ".status.progress.done",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Documents",
    jsonPath = ".status.documents",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Backup",
    jsonPath = ".status.source.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Database",
    jsonPath = ".status.database",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Location",
    jsonPath = ".status.source.folder",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Duration",
    jsonPath = ".status.duration",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@ValidationRule(
    value =
        "self.spec.source == oldSelf.spec.source && self.spec.target == oldSelf.spec.target"
            + " && has(self.spec.collections) == has(oldSelf.spec.collections)"
            + " && (!has(self.spec.collections) || self.spec.collections == oldSelf.spec.collections)"
            + " && has(self.spec.renames) == has(oldSelf.spec.renames)"
            + " && (!has(self.spec.renames) || self.spec.renames == oldSelf.spec.renames)"
            + " && has(self.spec.into) == has(oldSelf.spec.into)"
            + " && (!has(self.spec.into) || self.spec.into == oldSelf.spec.into)"
            + " && self.spec.mode == oldSelf.spec.mode"
            + " && self.spec.safetyBackup == oldSelf.spec.safetyBackup"
            + " && has(self.spec.transform) == has(oldSelf.spec.transform)"
            + " && (!has(self.spec.transform) || self.spec.transform == oldSelf.spec.transform)",
    message = "of a MongoRestore only keepReplacedFor, retry and job can change; create a new one",
    reason = "FieldValueForbidden")
public class MongoRestore extends CustomResource<MongoRestoreSpec, MongoRestoreStatus>
    implements Namespaced {

  @Override
  @Required
  public MongoRestoreSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @Default("{\"observedGeneration\": -1}")
  public MongoRestoreStatus getStatus() {
    return super.getStatus();
  }
}
