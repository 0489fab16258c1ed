package dev.godwit.engine.plan;

import dev.godwit.api.v1alpha1.MongoMigrationSpec;
import dev.godwit.engine.changelog.Compilation;
import dev.godwit.engine.changelog.ManifestCompiler;
import java.util.ArrayList;
import java.util.List;

/// What can be found in the manifests of one database without asking it. Give them in the order of
/// their versions: an index of an earlier one may stand in the way of a later one's.
public final class Lint {

  private final IndexLedger indexes = new IndexLedger();

  /// What a run would refuse by the manifest alone: all of it, where the run stops at the first.
  public static List<Finding> refusals(MongoMigrationSpec spec) {
    return ManifestCompiler.compileAll(spec).problems().stream().map(Finding::of).toList();
  }

  /// All that is wrong with a manifest, and what its author may not have thought of.
  ///
  /// @param where the manifest, for messages about a later one: a file's name
  public List<Finding> of(MongoMigrationSpec spec, String where) {
    Compilation compilation = ManifestCompiler.compileAll(spec);
    List<Finding> findings = new ArrayList<>();
    compilation.problems().forEach(problem -> findings.add(Finding.of(problem)));
    findings.addAll(indexes.add(compilation.steps(), where));
    findings.addAll(new LintRules(spec, compilation.steps()).findings());
    return findings;
  }
}
