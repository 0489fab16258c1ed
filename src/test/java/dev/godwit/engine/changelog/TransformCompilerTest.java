package dev.godwit.engine.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.api.StrictYaml;
import dev.godwit.api.v1alpha1.Step;
import dev.godwit.engine.RunException;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformCompilerTest {

  /// A list of steps, as a restore's spec has it.
  record Steps(List<Step> transform) {}

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {name: s, dropCollection: {collection: c}}                                    | spec.transform[0].dropCollection
          {name: s, createCollection: {collection: c}}                                  | spec.transform[0].createCollection
          {name: s, renameCollection: {collection: c, to: d}}                           | spec.transform[0].renameCollection
          {name: s, runCommand: {command: '{ ping: 1 }', collections: [c]}}              | spec.transform[0].runCommand
          {name: S, delete: {collection: c, filter: '{ }'}}                              | spec.transform[0].name
          {name: s, delete: {collection: c, filter: '{ a: }'}}                           | spec.transform[0].delete.filter
          {name: s}                                                                      | spec.transform[0]
          {name: s, delete: {collection: c, filter: '{ a: 1 }'}, rollback: [{dropCollection: {collection: c}}]} | spec.transform[0].rollback
          """)
  void refusesWithThePath(String step, String path) {
    assertThatThrownBy(() -> compile(step))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(path);
  }

  @Test
  void redirectsEveryNameInAPipeline() throws StrictYaml.InvalidException {
    CompiledStep step =
        compile(
            """
            {name: s, merge: {collection: a, into: b, pipeline: '[
              { $lookup: { from: "b", let: { x: 1 }, pipeline: [ { $unionWith: "a" } ], as: "c" } },
              { $unionWith: { coll: "b", pipeline: [ { $lookup: { from: "a", localField: "x", foreignField: "y", as: "z" } } ] } },
              { $set: { from: "a" } } ]'}}
            """);
    CompiledOperation.Merge merge =
        (CompiledOperation.Merge)
            new Redirection(Map.of("a", "shadow_a", "b", "shadow_b")).of(step).operation();
    assertThat(merge.collection()).isEqualTo("shadow_a");
    assertThat(merge.into()).isEqualTo("shadow_b");
    assertThat(merge.pipeline())
        .containsExactly(
            BsonDocument.parse(
                "{$lookup: {from: 'shadow_b', let: {x: 1}, pipeline: [{$unionWith: 'shadow_a'}], as: 'c'}}"),
            BsonDocument.parse(
                "{$unionWith: {coll: 'shadow_b', pipeline: [{$lookup: {from: 'shadow_a', localField: 'x', foreignField: 'y', as: 'z'}}]}}"),
            BsonDocument.parse("{$set: {from: 'a'}}"));
    assertThatThrownBy(() -> new Redirection(Map.of("a", "shadow_a")).of(step))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("spec.transform[0]")
        .hasMessageContaining("'b'");
  }

  private static CompiledStep compile(String step) throws StrictYaml.InvalidException {
    return TransformCompiler.compile(
            "spec.transform",
            StrictYaml.read("transform: [%s]".formatted(step), Steps.class).transform())
        .getFirst();
  }
}
