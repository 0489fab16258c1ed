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
          {name: s, dropCollection: {}} | spec.steps[0].dropCollection.collection
          {name: s, dropCollection: {collection: system.views}} | spec.steps[0].dropCollection.collection
          {name: s, renameCollection: {collection: a, to: a}} | spec.steps[0].renameCollection.to
          {name: s, renameCollection: {collection: a, to: _godwit_lock}} | spec.steps[0].renameCollection.to
          {name: s, dropIndexes: {collection: a, indexes: [x_1, '*']}} | spec.steps[0].dropIndexes.indexes[1]
          {name: s, dropIndexes: {collection: a, indexes: [_id_]}} | spec.steps[0].dropIndexes.indexes[0]
          {name: s, dropIndexes: {collection: a, indexes: [x_1, x_1]}} | spec.steps[0].dropIndexes.indexes[1]
          {name: s, setValidator: {collection: a}} | spec.steps[0].setValidator.validator
          {name: s, setValidator: {collection: a, validator: '{ a: { $typ: 1 } }'}} | spec.steps[0].setValidator.validator
          {name: s, delete: {collection: a}} | spec.steps[0].delete
          {name: s, delete: {collection: a, filter: '{}', pipeline: '[ { $match: { } } ]'}} | spec.steps[0].delete
          {name: s, delete: {collection: a, pipeline: '[ { $out: "b" } ]'}} | spec.steps[0].delete.pipeline[0]
          {name: s, delete: {collection: a, filter: '{}', batches: {parallelism: 17}}} | spec.steps[0].delete.batches.parallelism
          {name: s, merge: {collection: a, into: b}} | spec.steps[0].merge.pipeline
          {name: s, merge: {collection: a, pipeline: '[ { $match: { } } ]'}} | spec.steps[0].merge.into
          {name: s, merge: {collection: a, pipeline: '[ { $match: { } } ]', into: a}} | spec.steps[0].merge.whenNotMatched
          {name: s, merge: {collection: a, pipeline: '[ { $match: { } } ]', into: b, matchOn: [x, x]}} | spec.steps[0].merge.matchOn[1]
          {name: s, merge: {collection: a, pipeline: '[ { $merge: "c" } ]', into: b}} | spec.steps[0].merge.pipeline[0]
          {name: s, renameField: {collection: a, from: _id, to: b}} | spec.steps[0].renameField.from
          {name: s, renameField: {collection: a, from: b, to: _id.b}} | spec.steps[0].renameField.to
          {name: s, renameField: {collection: a, from: b, to: b.c}} | spec.steps[0].renameField.to
          {name: s, renameField: {collection: a, from: $b, to: c}} | spec.steps[0].renameField.from
          {name: s, runCommand: {command: '{ drop: "a" }'}} | spec.steps[0].runCommand.command
          {name: s, runCommand: {command: '{ dropDatabase: 1 }'}} | spec.steps[0].runCommand.command
          {name: s, runCommand: {command: '{ collMod: "a", validator: { } }'}} | spec.steps[0].runCommand.command
          {name: s, runCommand: {command: '{ collMod: "_godwit_history", index: { } }'}} | spec.steps[0].runCommand.command
          {name: s, runCommand: {command: '{ collMod: "a", $db: "other" }'}} | spec.steps[0].runCommand.command
          {name: s, runCommand: {command: '{ collMod: "a" }', collections: [system.x]}} | spec.steps[0].runCommand.collections[0]
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', collation: '{ strength: 2 }'}} | spec.steps[0].update.collation
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', collation: '{ locale: "en", strength: 9 }'}} | spec.steps[0].update.collation
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', collation: '{ locale: "en", strength: "2" }'}} | spec.steps[0].update.collation
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', collation: '{ locale: "en", caseFirst: "yes" }'}} | spec.steps[0].update.collation
          {name: s, update: {collection: c, update: '{ $set: { a: 1 } }', hint: '{ a: '}} | spec.steps[0].update.hint
          {name: s, createIndexes: {collection: c, indexes: [{keys: [{field: a}]}]}} | spec.steps[0].createIndexes.indexes[0].keys[0]
          {name: s, createIndexes: {collection: c, indexes: [{keys: [{field: a, type: fulltext}]}]}} | spec.steps[0].createIndexes.indexes[0].keys[0].type
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a, 7]}]}} | spec.steps[0].createIndexes.indexes[0].keys[1]
          {name: s, createIndexes: {collection: c, indexes: [{keys: [_id]}]}} | spec.steps[0].createIndexes.indexes[0].keys
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a], options: '{ unique: true }'}]}} | spec.steps[0].createIndexes.indexes[0].options
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a], options: '{ wieghts: { } }'}]}} | spec.steps[0].createIndexes.indexes[0].options
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a], collation: '{ }'}]}} | spec.steps[0].createIndexes.indexes[0].collation
          {name: s, createCollection: {collection: c}, rollback: [{}]} | spec.steps[0].rollback[0]
          {name: s, createCollection: {collection: c}, rollback: [{delete: {collection: c, filter: '{ a: '}}]} | spec.steps[0].rollback[0].delete.filter
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
          {version: '1', steps: [{name: s, runCommand: {command: '{ reIndex: "c" }'}}], backup: {policy: Never}} | spec.steps[0]
          {version: '1', steps: [{name: s, runCommand: {command: '{ reIndex: "c" }'}}], rollback: {onFailure: Steps}} | spec.steps[0]
          {version: '1', steps: [{name: s, delete: {collection: c, filter: '{}'}}], rollback: {undo: Skip}, backup: {policy: Never}} | spec.steps[0]
          {version: '1', STEP, rollback: {keepUndoFor: 1d}} | spec.rollback.keepUndoFor
          """)
  void refusesASpecWithThePathOfTheField(String spec, String path) {
    assertThatThrownBy(() -> compile(spec.replace("STEP", STEP)))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: s, runCommand: {command: '{ reIndex: "c" }'}}                          | {policy: Always} | {}
          {name: s, runCommand: {command: '{ reIndex: "c" }'}}                          | {policy: WhenDestructive} | {}
          {name: s, runCommand: {command: '{ reIndex: "c" }'}}                          | {policy: Never}  | {onFailure: None}
          {name: s, runCommand: {command: '{ reIndex: "c" }'}, rollback: [{runCommand: {command: '{ reIndex: "c" }'}}]} | {policy: Never}  | {onFailure: Steps}
          {name: s, delete: {collection: c, filter: '{}'}}                              | {policy: Never}  | {onFailure: Steps}
          {name: s, createIndexes: {collection: c, indexes: [{keys: [a]}]}}             | {policy: Never}  | {undo: Skip}
          """)
  void takesWhatCanBeTakenBackSomehow(String step, String backup, String rollback) {
    Changelog changelog =
        compile(
            "{version: '1', steps: [%s], backup: %s, rollback: %s}"
                .formatted(step, backup, rollback));
    assertThat(changelog.steps().getFirst().needsBackup() && !changelog.isDestructive())
        .as("a backup is needed, but WhenDestructive would take none")
        .isFalse();
  }

  @Test
  void saysWhichCollectionsMayChangeAndWhichAreOnlyRead() {
    Changelog changelog =
        compile(
            """
            version: "1"
            steps:
            - {name: a, merge: {collection: source, pipeline: '[ { $match: { } } ]', into: target}}
            - {name: b, renameCollection: {collection: old, to: new}, rollback: [{dropCollection: {collection: extra}}]}
            """);
    assertThat(changelog.collections()).containsExactly("extra", "new", "old", "target");
    assertThat(changelog.namedCollections())
        .containsExactly("extra", "new", "old", "source", "target");
    assertThat(changelog.touchesWholeDatabase()).isFalse();
    assertThat(
            compile(
                    "{version: '1', steps: [{name: a, runCommand: {command: '{ reIndex: \"c\" }'}}]}")
                .touchesWholeDatabase())
        .isTrue();
  }

  @Test
  void readsIndexesOfAllKinds() {
    CompiledOperation.CreateIndexes create =
        (CompiledOperation.CreateIndexes)
            compile(
                    """
                    version: "1"
                    steps:
                    - name: a
                      createIndexes:
                        collection: c
                        indexes:
                        - {keys: [{field: title, type: text}, {field: body, type: text}], options: '{ weights: { title: 3 } }'}
                        - {keys: [{field: at, type: 2dsphere}, -time], name: near}
                        - {keys: [{field: user, type: hashed}], hidden: true}
                        - {keys: [{field: attributes, type: wildcard}]}
                        - {keys: [{field: $**, type: wildcard}], options: '{ wildcardProjection: { a: 1 } }'}
                        - {keys: [email], unique: true, collation: '{ locale: "en", strength: 2 }'}
                        - {keys: [email], name: plain}
                    """)
                .steps()
                .getFirst()
                .operation();
    assertThat(create.indexes().stream().map(index -> index.toCommand().toJson()))
        .containsExactly(
            "{\"name\": \"title_text_body_text\", \"key\": {\"title\": \"text\", \"body\": \"text\"}, \"weights\": {\"title\": 3}}",
            "{\"name\": \"near\", \"key\": {\"at\": \"2dsphere\", \"time\": -1}}",
            "{\"name\": \"user_hashed\", \"key\": {\"user\": \"hashed\"}, \"hidden\": true}",
            "{\"name\": \"attributes.$**_1\", \"key\": {\"attributes.$**\": 1}}",
            "{\"name\": \"$**_1\", \"key\": {\"$**\": 1}, \"wildcardProjection\": {\"a\": 1}}",
            "{\"name\": \"email_1\", \"key\": {\"email\": 1}, \"unique\": true, \"collation\": {\"locale\": \"en\", \"strength\": 2}}",
            "{\"name\": \"plain\", \"key\": {\"email\": 1}}");
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
