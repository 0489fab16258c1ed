package dev.godwit.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/// What a MongoMigration does, to which database, and how it is taken back.
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!(has(self.backup) && has(self.backup.policy) && self.backup.policy == 'Never'"
            + " && has(self.rollback) && has(self.rollback.onFailure) && self.rollback.onFailure == 'Restore')",
    message = "rollback.onFailure Restore needs a backup: set backup.policy to Always",
    fieldPath = ".rollback")
public record MongoMigrationSpec(
    @JsonPropertyDescription("Orders the migrations of one target, in natural order: 2 before 10.")
        @Required
        @Size(min = 1, max = 64)
        @Pattern(MongoMigrationSpec.VERSION_PATTERN)
        String version,
    @JsonPropertyDescription("What the migration is for, in a sentence.") @Size(max = 1024)
        String description,
    @JsonPropertyDescription("The database to migrate.") @Required MigrationTarget target,
    @JsonPropertyDescription(
            "MongoMigrations of this namespace, of whatever database, that must have Succeeded before this one starts.")
        @Size(max = 16)
        List<MigrationRef> dependsOn,
    @JsonPropertyDescription(
            "Whether it may be applied though a later version of the target is applied already: Refuse, or Allow.")
        @Default("Refuse")
        OutOfOrder outOfOrder,
    @JsonPropertyDescription(
            "Applied; RolledBack to take the migration back; Baselined to record it as applied and run nothing.")
        @Default("Applied")
        DesiredState desiredState,
    @JsonPropertyDescription(
            "Starts nothing more; a Job that runs ends its batch and stops. Set to false, it goes on where it stopped.")
        @Default("false")
        Boolean suspend,
    @JsonPropertyDescription("Raise it to try again after Failed, RolledBack or RollbackFailed.")
        @Default("0")
        @Min(0)
        @Max(1_000_000)
        Integer retry,
    @JsonPropertyDescription("Lets a person agree to the plan before anything is changed.")
        Approval approval,
    @JsonPropertyDescription(
            "Workloads of this namespace that are scaled to zero before the backup, and back in the end. The operator needs the right to: chart value quiesce.enabled.")
        @Size(max = 16)
        List<QuiescedWorkload> quiesce,
    @JsonPropertyDescription("The backup that is taken before anything is changed.")
        MigrationBackup backup,
    @JsonPropertyDescription("What must hold before anything is changed.") @Size(max = 64)
        List<Check> preconditions,
    @JsonPropertyDescription("What is done, in this order.") @Required @Size(min = 1, max = 64)
        List<Step> steps,
    @JsonPropertyDescription("What must hold afterwards.") Verify verify,
    @JsonPropertyDescription("How the migration is taken back.") Rollback rollback,
    @JsonPropertyDescription("How work on documents is cut; steps may say otherwise.")
        Batches batches,
    @JsonPropertyDescription("How the Jobs run.") JobSettings job) {

  public static final String VERSION_PATTERN = "^[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?$";

  static final String UNIQUE_NAMES = "self.all(s, self.exists_one(t, t.name == s.name))";

  @Override
  @ValidationRule(value = UNIQUE_NAMES, message = "names in dependsOn must be unique")
  public List<MigrationRef> dependsOn() {
    return dependsOn;
  }

  @Override
  @ValidationRule(
      value = "self.all(s, self.exists_one(t, t.kind == s.kind && t.name == s.name))",
      message = "workloads in quiesce must be unique")
  public List<QuiescedWorkload> quiesce() {
    return quiesce;
  }

  @Override
  @ValidationRule(value = UNIQUE_NAMES, message = "names of preconditions must be unique")
  public List<Check> preconditions() {
    return preconditions;
  }

  @Override
  @ValidationRule(value = UNIQUE_NAMES, message = "names of steps must be unique")
  public List<Step> steps() {
    return steps;
  }

  /// `Applied` unless said otherwise.
  public DesiredState desiredStateOrDefault() {
    return desiredState == null ? DesiredState.Applied : desiredState;
  }

  /// Names of the migrations that must have succeeded before; none if left out.
  public List<String> dependsOnOrEmpty() {
    return dependsOn == null ? List.of() : dependsOn.stream().map(MigrationRef::name).toList();
  }

  /// The workloads that must not run meanwhile; none if left out.
  public List<QuiescedWorkload> quiesceOrEmpty() {
    return quiesce == null ? List.of() : quiesce;
  }

  /// `Refuse` unless said otherwise.
  public OutOfOrder outOfOrderOrDefault() {
    return outOfOrder == null ? OutOfOrder.Refuse : outOfOrder;
  }

  /// Whether nothing may be started; false unless said otherwise.
  public boolean suspendOrDefault() {
    return Boolean.TRUE.equals(suspend);
  }

  /// Nobody has to agree unless said otherwise.
  public Approval approvalOrDefault() {
    return approval == null ? Approval.NONE : approval;
  }

  /// 0 unless said otherwise.
  public int retryOrDefault() {
    return retry == null ? 0 : retry;
  }

  /// The preconditions; none if left out.
  public List<Check> preconditionsOrEmpty() {
    return preconditions == null ? List.of() : preconditions;
  }

  /// The checks of `verify`; none if left out.
  public List<Check> verifyChecksOrEmpty() {
    return verify == null || verify.checks() == null ? List.of() : verify.checks();
  }

  /// How long the checks go on; null when they do not.
  public Soak soakOrNull() {
    return verify == null ? null : verify.soak();
  }

  /// `Always` unless said otherwise.
  public BackupPolicy backupPolicyOrDefault() {
    return backup == null ? BackupPolicy.Always : backup.policyOrDefault();
  }

  public Rollback rollbackOrDefault() {
    return rollback == null ? Rollback.DEFAULT : rollback;
  }

  /// Where the backup is kept; null when left out.
  public BackupStorage backupStorage() {
    return backup == null ? null : backup.storage();
  }

  public Batches batchesOrDefault() {
    return batches == null ? Batches.DEFAULT : batches;
  }

  public JobSettings jobOrDefault() {
    return job == null ? JobSettings.DEFAULT : job;
  }
}
