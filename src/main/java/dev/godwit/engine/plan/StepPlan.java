package dev.godwit.engine.plan;

import dev.godwit.engine.check.FilterAccess;
import java.util.List;

/// What a step would do. Numbers are those of now.
///
/// @param documents that it changes; for indexes those that it reads. Null when it is not known
/// @param bytes of those documents, uncompressed; null when it is not known
/// @param access how they are found; null when none are looked for
/// @param undoBytes what the undo log takes at most; null when there is none
/// @param estimate how long it takes; null when nobody can tell
/// @param dependsOn earlier steps, as `version/step`, after which the numbers may differ
public record StepPlan(
    String name,
    String operation,
    String collection,
    Long documents,
    Long bytes,
    FilterAccess access,
    Reversibility reversible,
    Long undoBytes,
    Estimate estimate,
    List<String> dependsOn) {}
