package dev.godwit.engine.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.job.Verdict;
import dev.godwit.engine.RunException;
import dev.godwit.testing.Specs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestCompilerTest {

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: s, update: {collection: c, update: '{ $set: { a: 1 }'}}                          | spec.steps[0].update.update
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } } x'}}                      | spec.steps[0].update.update
          {name: s, update: {collection: c, filter: '{ a: }', update: '{ $set: { a: 1 } }'}}      | spec.steps[0].update.filter
          {name: s, update: {collection: c, filter: '{ a: { $gtt: 1 } }', update: '{ $set: { a: 1 } }'}} | spec.steps[0].update.filter
          {name: s, update: {collection: c, filter: '{ $or: [ { a: { $gtt: 1 } } ] }', update: '{ $set: { a: 1 } }'}} | spec.steps[0].update.filter
          {name: s, update: {collection: c, filter: '{ $where: "1" }', update: '{ $set: { a: 1 } }'}} | spec.steps[0].update.filter
          {name: s, update: {collection: c, filter: '{ $expr: { $function: { } } }', update: '{ $set: { a: 1 } }'}} | spec.steps[0].update.filter
          {name: s, update: {collection: c, update: '{ $sett: { a: 1 } }'}}                       | spec.steps[0].update.update
          {name: s, update: {collection: c, update: '{ a: 1 }'}}                                  | spec.steps[0].update.update
          {name: s, update: {collection: c, update: '{ }'}}                                       | spec.steps[0].update.update
          {name: s, update: {collection: c, update: '{ $set: { _id: 1 } }'}}                      | spec.steps[0].update.update
          {name: s, update: {collection: c, update: '[ { $set: { a: 1 } }, { $out: "x" } ]'}}     | spec.steps[0].update.update[1]
          {name: s, update: {collection: c, update: '[ { $group: { _id: 1 } } ]'}}                | spec.steps[0].update.update[0]
          {name: s, update: {collection: c, update: '[ 1 ]'}}                                     | spec.steps[0].update.update
          {name: s, update: {collection: system.users, update: '{ $set: { a: 1 } }'}}             | spec.steps[0].update.collection
          {name: s, update: {collection: _godwit_history, update: '{ $set: { a: 1 } }'}}          | spec.steps[0].update.collection
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', batches: {size: 0}}}    | spec.steps[0].update.batches.size
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', batches: {pause: 1d}}}  | spec.steps[0].update.batches.pause
          {name: s, update: {collection: c, update: '{ $set: { at: new Date() } }'}}              | spec.steps[0].update.update
          {name: s, insert: {collection: c, documents: ['{ a: "Date()", at: ISODate( ) }']}}      | spec.steps[0].insert.documents[0]
          {name: s}                                                                               | spec.steps[0]
          {name: s, insert: {collection: c, documents: ['{}']}, createCollection: {collection: c}} | spec.steps[0]
          {name: 'S T', createCollection: {collection: c}}                                        | spec.steps[0].name
          {name: s, createCollection: {collection: c, options: '{ capped }'}}                     | spec.steps[0].createCollection.options
          {name: s, createCollection: {collection: c, options: '{ create: "_godwit_history" }'}} | spec.steps[0].createCollection.options
          {name: s, createCollection: {collection: c, options: '{ viewOn: "users", pipeline: [ ] }'}} | spec.steps[0].createCollection.options
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a, -a]}]}}                   | spec.steps[0].createIndexes.indexes[0].keys
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a]}, {keys: [a], unique: true}]}} | spec.steps[0].createIndexes.indexes[1]
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a, b], expireAfterSeconds: 1}]}} | spec.steps[0].createIndexes.indexes[0].expireAfterSeconds
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a], partialFilterExpression: '{'}]}} | spec.steps[0].createIndexes.indexes[0].partialFilterExpression
          {name: s, insert: {collection: c, documents: ['{ a: 1 }', '{ b: '], matchOn: [a]}}      | spec.steps[0].insert.documents[1]
          {name: s, insert: {collection: c, documents: ['{ a: 1, b: 1 }', '{ a: 1 }'], matchOn: [a]}} | spec.steps[0].insert.documents[1]
          {name: s, insert: {collection: c, documents: ['{ a: 1 }', '{ b: 1 }'], matchOn: [a]}}   | spec.steps[0].insert.documents[1]
          """)
  void refusesAStepWithThePathOfTheField(String step, String path) {
    assertThatThrownBy(() -> compile("{version: '1', steps: [" + step + "]}"))
        .isInstanceOfSatisfying(
            RunException.class,
            refused -> {
              assertThat(refused.verdict()).isEqualTo(Verdict.Refused);
              assertThat(refused.getMessage()).startsWith(path + ": ");
            });
  }

  private static final String STEP = "steps: [{name: s, createCollection: {collection: c}}]";

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {version: '', STEP}                                                        | spec.version
          {version: '-1', STEP}                                                      | spec.version
          {version: '1'}                                                             | spec.steps
          {version: '1', STEP, preconditions: [{name: c}]}                           | spec.preconditions[0]
          {version: '1', STEP, preconditions: [{name: c, countUnchanged: {collection: c}}]} | spec.preconditions
          {version: '1', STEP, verify: {checks: [{name: c, count: {collection: c}}]}} | spec.verify.checks[0].count
          {version: '1', STEP, verify: {checks: [{name: c, count: {collection: c, min: 1, filter: '{ a: '}}]}} | spec.verify.checks[0].count.filter
          {version: '1', STEP, verify: {checks: [{name: c, count: {collection: c, min: 1}}, {name: c, count: {collection: c, min: 1}}]}} | spec.verify.checks[1].name
          {version: '1', STEP, verify: {checks: [{name: c, collectionExists: {collection: system.users}}]}} | spec.verify.checks[0].collectionExists.collection
          {version: '1', STEP, verify: {checks: [{name: c, sameCount: {left: {collection: a}}}]}} | spec.verify.checks[0].sameCount.right
          {version: '1', STEP, verify: {checks: [{name: c, sameCount: {left: {collection: a}, right: {collection: b, filter: '{ $gtt: 1 }'}}}]}} | spec.verify.checks[0].sameCount.right.filter
          {version: '1', STEP, verify: {checks: [{name: c, references: {collection: a, field: $b, to: {collection: c, field: _id}}}]}} | spec.verify.checks[0].references.field
          {version: '1', STEP, verify: {checks: [{name: c, references: {collection: a, field: b, to: {collection: c}}}]}} | spec.verify.checks[0].references.to.field
          {version: '1', STEP, verify: {checks: [{name: c, references: {collection: a, field: a..b, to: {collection: c, field: _id}}}]}} | spec.verify.checks[0].references.field
          {version: '1', STEP, verify: {checks: [{name: c, unique: {collection: a, fields: [b, b]}}]}} | spec.verify.checks[0].unique.fields
          {version: '1', STEP, verify: {checks: [{name: c, aggregate: {collection: a, pipeline: '[ ]', expect: Empty}}]}} | spec.verify.checks[0].aggregate.pipeline
          {version: '1', STEP, verify: {checks: [{name: c, aggregate: {collection: a, pipeline: '[ { $match: { } }, { $out: "b" } ]', expect: Empty}}]}} | spec.verify.checks[0].aggregate.pipeline[1]
          {version: '1', STEP, verify: {checks: [{name: c, aggregate: {collection: a, pipeline: '[ { $facet: { x: [ { $merge: "b" } ] } } ]', expect: Empty}}]}} | spec.verify.checks[0].aggregate.pipeline[0]
          {version: '1', STEP, verify: {checks: [{name: c, aggregate: {collection: a, pipeline: '[ { $match: { } } ]'}}]}} | spec.verify.checks[0].aggregate.expect
          {version: '1', STEP, verify: {checks: [{name: c, usesIndex: {collection: a}}]}} | spec.verify.checks[0].usesIndex
          {version: '1', STEP, verify: {checks: [{name: c, unique: {collection: a, fields: [b]}, collectionExists: {collection: a}}]}} | spec.verify.checks[0]
          {version: '1', STEP, backup: {policy: Never}, rollback: {onFailure: Restore}} | spec.rollback.onFailure
          """)
  void refusesASpecWithThePathOfTheField(String spec, String path) {
    assertThatThrownBy(() -> compile(spec.replace("STEP", STEP)))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(path);
  }

  @Test
  void checksumIsOverTheMeaningOfTheSteps() {
    String base =
        compile(
                "{version: '1', steps: [{name: a, update: {collection: c, filter: '{a: 1}', update: '{$set: {b: 1}}'}}]}")
            .checksum();
    assertThat(
            compile(
                    """
                    version: "2"
                    description: other words
                    steps: [{name: b, update: {collection: c, filter: '{ "a" : 1 }', update: '{ "$set": { "b": 1 } }', batches: {size: 7}}}]
                    verify: {checks: [{name: x, count: {collection: c, min: 0}}]}
                    """)
                .checksum())
        .isEqualTo(base);
    assertThat(
            compile(
                    "{version: '1', steps: [{name: a, update: {collection: c, filter: '{a: 1}', update: '{$set: {b: 2}}'}}]}")
                .checksum())
        .isNotEqualTo(base);
    assertThat(
            compile(
                    "{version: '1', steps: [{name: a, createIndexes: {collection: c, indexes: [{keys: [a, b]}]}}]}")
                .checksum())
        .isNotEqualTo(
            compile(
                    "{version: '1', steps: [{name: a, createIndexes: {collection: c, indexes: [{keys: [b, a]}]}}]}")
                .checksum());
  }

  @Test
  void takesAStringThatOnlyLooksLikeTheTime() {
    assertThat(
            compile(
                "{version: '1', steps: [{name: a, insert: {collection: c, documents: ['{ a: \"new Date() \\\" ISODate()\" }']}}]}"))
        .isNotNull();
  }

  @Test
  void keepsTheOrderOfKeys() {
    Changelog changelog =
        compile(
            "{version: '1', steps: [{name: a, createIndexes: {collection: c, indexes: [{keys: [z, -a]}]}}]}");
    CompiledOperation.CreateIndexes create =
        (CompiledOperation.CreateIndexes) changelog.steps().getFirst().operation();
    assertThat(create.indexes().getFirst().keys().toJson()).isEqualTo("{\"z\": 1, \"a\": -1}");
    assertThat(create.indexes().getFirst().name()).isEqualTo("z_1_a_-1");
  }

  private static Changelog compile(String spec) {
    return ManifestCompiler.compile(Specs.read(spec));
  }
}
