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

/// A backup of a MongoDB database, or of some of its collections, in mongodump's archive format.
@Group(Godwit.GROUP)
@Version(Godwit.VERSION)
@ShortNames("mbk")
@Categories("godwit")
@AdditionalPrinterColumn(
    name = "Phase",
    jsonPath = ".status.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Size",
    jsonPath = ".status.size",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Documents",
    jsonPath = ".status.documents",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Location",
    jsonPath = ".status.location",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Consistency",
    jsonPath = ".status.consistency",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@ValidationRule(
    value =
        "self.spec.target == oldSelf.spec.target && self.spec.storage == oldSelf.spec.storage"
            + " && has(self.spec.compression) == has(oldSelf.spec.compression)"
            + " && (!has(self.spec.compression) || self.spec.compression == oldSelf.spec.compression)"
            + " && has(self.spec.parallelism) == has(oldSelf.spec.parallelism)"
            + " && (!has(self.spec.parallelism) || self.spec.parallelism == oldSelf.spec.parallelism)"
            + " && has(self.spec.consistency) == has(oldSelf.spec.consistency)"
            + " && (!has(self.spec.consistency) || self.spec.consistency == oldSelf.spec.consistency)"
            + " && self.spec.verification == oldSelf.spec.verification"
            + " && has(self.spec.job) == has(oldSelf.spec.job)"
            + " && (!has(self.spec.job) || self.spec.job == oldSelf.spec.job)",
    message = "a MongoBackup cannot change but for deletionPolicy and ttl; create a new one",
    reason = "FieldValueForbidden")
public class MongoBackup extends CustomResource<MongoBackupSpec, MongoBackupStatus>
    implements Namespaced {

  @Override
  @Required
  public MongoBackupSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @Default("{\"observedGeneration\": -1}")
  public MongoBackupStatus getStatus() {
    return super.getStatus();
  }
}
