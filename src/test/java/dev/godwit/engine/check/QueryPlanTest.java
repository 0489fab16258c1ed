package dev.godwit.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The shapes of plans that servers show: MongoDB's classic engine, its slot-based one, sharded
/// clusters; PostgreSQL's below FerretDB.
class QueryPlanTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {queryPlanner: {winningPlan: {stage: 'FETCH', inputStage: {stage: 'IXSCAN', indexName: 'a_1'}}, rejectedPlans: [{stage: 'COLLSCAN'}]}} | fine
          {queryPlanner: {winningPlan: {stage: 'IDHACK'}}} | fine
          {queryPlanner: {winningPlan: {stage: 'EXPRESS_IXSCAN', keyPattern: '{ _id: 1 }'}}} | fine
          {queryPlanner: {winningPlan: {stage: 'CLUSTERED_IXSCAN'}}} | fine
          {queryPlanner: {winningPlan: {stage: 'COLLSCAN', direction: 'forward'}}} | reads the whole collection
          {queryPlanner: {winningPlan: {isCached: false, queryPlan: {stage: 'FETCH', inputStage: {stage: 'IXSCAN'}}, slotBasedPlan: {stages: 'scan'}}}} | fine
          {queryPlanner: {winningPlan: {isCached: false, queryPlan: {stage: 'COLLSCAN'}, slotBasedPlan: {stages: 'scan'}}}} | reads the whole collection
          {queryPlanner: {winningPlan: {stage: 'SORT', inputStage: {stage: 'FETCH', inputStage: {stage: 'IXSCAN'}}}}} | sorts in memory
          {queryPlanner: {winningPlan: {stage: 'OR', inputStages: [{stage: 'IXSCAN'}, {stage: 'COLLSCAN'}]}}} | reads the whole collection
          {queryPlanner: {winningPlan: {stage: 'SHARD_MERGE', shards: [{shardName: 'a', winningPlan: {stage: 'IXSCAN'}}, {shardName: 'b', winningPlan: {stage: 'COLLSCAN'}}]}}} | reads the whole collection
          {queryPlanner: {Plan: {'Node Type': 'Custom Scan', Plans: [{'Node Type': 'Bitmap Heap Scan', Plans: [{'Node Type': 'Bitmap Index Scan', 'Index Cond': '(document OPERATOR(documentdb_api_catalog.@=) 1)'}]}]}}} | fine
          {queryPlanner: {Plan: {'Node Type': 'Bitmap Heap Scan', Plans: [{'Node Type': 'Bitmap Index Scan', 'Index Cond': '(shard_key_value = 4)'}]}}} | reads the whole collection
          {queryPlanner: {Plan: {'Node Type': 'Index Scan', 'Index Cond': '((shard_key_value = 2) AND (object_id OPERATOR(documentdb_core.=) 1))'}}} | fine
          {queryPlanner: {Plan: {'Node Type': 'Seq Scan'}}} | reads the whole collection
          {queryPlanner: {Plan: {'Node Type': 'Sort', Plans: [{'Node Type': 'Index Scan', 'Index Cond': '(document 1)'}]}}} | sorts in memory
          """)
  void readsThePlan(String explained, String expected) {
    assertThat(QueryPlan.problem(BsonDocument.parse(explained)).orElse("fine")).isEqualTo(expected);
  }

  /// After the steps nothing may be called refused any more: their changes are in place.
  @Test
  void aPlanOfNoKnownShapeDoesNotHold() {
    assertThat(QueryPlan.problem(BsonDocument.parse("{ok: 1}")))
        .hasValueSatisfying(
            what -> assertThat(what).contains("does not show how it would answer", "take it out"));
  }
}
