package dev.godwit.engine.plan;

import java.util.List;

/// What a migration would do to a database.
///
/// @param planHash as the operator shows it for approval; null when it is refused, or when earlier
///     migrations come first
/// @param collections that may change; null when a step does not say which
/// @param destructive whether documents that exist already may change or go
/// @param estimate of all its steps; null when nobody can tell
/// @param dependsOn steps of earlier migrations, as `version/step`, that change what is found
public record MigrationPlan(
    String version,
    String planHash,
    List<String> collections,
    boolean destructive,
    List<StepPlan> steps,
    BackupPlan backup,
    Estimate estimate,
    List<String> dependsOn,
    List<Finding> findings) {}
