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

/// A migration of a MongoDB database: backup, steps, verification, and the way back.
@Group(Godwit.GROUP)
@Version(Godwit.VERSION)
@ShortNames("mm")
@Categories("godwit")
@AdditionalPrinterColumn(
    name = "Version",
    jsonPath = ".spec.version",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Phase",
    jsonPath = ".status.phase",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Step",
    jsonPath = ".status.progress.position",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Done",
    jsonPath = ".status.progress.done",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Backup",
    jsonPath = ".status.backup",
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
    name = "Message",
    jsonPath = ".status.message",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Started",
    jsonPath = ".status.startTime",
    type = AdditionalPrinterColumn.Type.DATE,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Duration",
    jsonPath = ".status.duration",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@ValidationRule(
    value =
        "(self.spec.version == oldSelf.spec.version && self.spec.target == oldSelf.spec.target"
            + " && self.spec.steps == oldSelf.spec.steps"
            + " && has(self.spec.preconditions) == has(oldSelf.spec.preconditions)"
            + " && (!has(self.spec.preconditions) || self.spec.preconditions == oldSelf.spec.preconditions)"
            + " && has(self.spec.verify) == has(oldSelf.spec.verify)"
            + " && (!has(self.spec.verify) || self.spec.verify == oldSelf.spec.verify)"
            + " && has(self.spec.batches) == has(oldSelf.spec.batches)"
            + " && (!has(self.spec.batches) || self.spec.batches == oldSelf.spec.batches)"
            + " && has(self.spec.backup) == has(oldSelf.spec.backup)"
            + " && (!has(self.spec.backup) || self.spec.backup == oldSelf.spec.backup)"
            + " && has(self.spec.quiesce) == has(oldSelf.spec.quiesce)"
            + " && (!has(self.spec.quiesce) || self.spec.quiesce == oldSelf.spec.quiesce)"
            + ") || !has(oldSelf.status) || !has(oldSelf.status.phase)"
            + " || oldSelf.status.phase in ['Pending', 'Failed', 'RolledBack']",
    message =
        "version, target, steps, preconditions, verify, batches, backup and quiesce can change only while the phase is Pending,"
            + " Failed or RolledBack; write a new MongoMigration with the next version instead",
    reason = "FieldValueForbidden")
public class MongoMigration extends CustomResource<MongoMigrationSpec, MongoMigrationStatus>
    implements Namespaced {

  @Override
  @Required
  public MongoMigrationSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @Default("{\"observedGeneration\": -1}")
  public MongoMigrationStatus getStatus() {
    return super.getStatus();
  }
}
