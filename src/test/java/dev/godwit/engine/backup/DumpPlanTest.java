package dev.godwit.engine.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.engine.range.IdRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DumpPlanTest {

  @Test
  void theLargestCollectionComesFirstAndEndsAfterItsLastRange() throws InterruptedException {
    DumpPlan plan = new DumpPlan(List.of(sized("small", 1), sized("large", 100)));
    DumpPlan.Work large = plan.next();
    assertThat(name(large)).isEqualTo("large");
    plan.cut(large, ranges(2));
    assertThat(plan.done(large)).isFalse();
    DumpPlan.Work one = plan.next();
    DumpPlan.Work two = plan.next();
    DumpPlan.Work small = plan.next();
    assertThat(List.of(name(one), name(two), name(small)))
        .containsExactly("large", "large", "small");
    assertThat(plan.done(two)).isFalse();
    assertThat(plan.done(one)).isTrue();
    assertThat(plan.done(small)).isTrue();
    assertThat(plan.next()).isNull();
  }

  @Test
  void aReaderWithoutWorkWaitsForTheCut() throws Exception {
    DumpPlan plan = new DumpPlan(List.of(sized("only", 1)));
    DumpPlan.Work beginning = plan.next();
    CompletableFuture<DumpPlan.Work> other = CompletableFuture.supplyAsync(() -> next(plan));
    plan.cut(beginning, ranges(1));
    assertThat(other.get(10, TimeUnit.SECONDS).range()).isNotNull();
  }

  @Test
  void aReaderWithoutWorkEndsWhenTheOtherReadItAllOrFailed() throws Exception {
    DumpPlan read = new DumpPlan(List.of(sized("only", 1)));
    DumpPlan.Work all = read.next();
    CompletableFuture<DumpPlan.Work> one = CompletableFuture.supplyAsync(() -> next(read));
    assertThat(read.done(all)).isTrue();
    assertThat(one.get(10, TimeUnit.SECONDS)).isNull();

    DumpPlan failed = new DumpPlan(List.of(sized("only", 1), sized("next", 1)));
    failed.next();
    failed.next();
    CompletableFuture<DumpPlan.Work> two = CompletableFuture.supplyAsync(() -> next(failed));
    failed.stop();
    assertThat(two.get(10, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void neverBeginsMoreCollectionsThanThereAreReaders() throws Exception {
    int readers = 3;
    DumpPlan plan = new DumpPlan(IntStream.range(0, 40).mapToObj(i -> sized("c" + i, i)).toList());
    Map<String, Integer> open = new TreeMap<>();
    int[] most = {0};
    List<CompletableFuture<Void>> running =
        IntStream.range(0, readers)
            .mapToObj(
                reader ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (DumpPlan.Work work = next(plan); work != null; work = next(plan)) {
                            synchronized (open) {
                              open.merge(name(work), 1, Integer::sum);
                              most[0] = Math.max(most[0], open.size());
                            }
                            if (work.isBeginning()) {
                              plan.cut(work, ranges((int) work.collection().size().bytes() % 5));
                            }
                            synchronized (open) {
                              if (plan.done(work)) {
                                open.remove(name(work));
                              }
                            }
                          }
                        }))
            .toList();
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    assertThat(open).isEmpty();
    assertThat(most[0]).isBetween(1, readers);
  }

  private static DumpPlan.Work next(DumpPlan plan) {
    try {
      return plan.next();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static String name(DumpPlan.Work work) {
    return work.collection().metadata().name();
  }

  private static DumpPlan.Sized sized(String name, long bytes) {
    return new DumpPlan.Sized(
        new CollectionMetadata(
            name, CollectionMetadata.COLLECTION, new BsonDocument(), List.of(), null),
        new CollectionSize(bytes, bytes));
  }

  private static List<IdRange> ranges(int count) {
    return IdRange.split(List.of(new BsonInt32(1))).subList(0, count);
  }
}
