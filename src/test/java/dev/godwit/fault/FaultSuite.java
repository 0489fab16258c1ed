package dev.godwit.fault;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds every write that the stories make, and plays each story with each fault at each of them,
/// some at a time, each in a namespace and with an operator of its own.
final class FaultSuite {

  /// As the client comes: what a repeated request meets is a fault of its own.
  private static final int CLIENTS_OWN = 10;

  private static final int ATTEMPTS = 3;

  private final long seed;
  private final int lanes;
  private final List<Story> stories;

  /// What came of all trials.
  ///
  /// @param outcomes of those that were played
  record Report(long seed, List<Trial.Outcome> outcomes) {

    List<Trial.Outcome> failed() {
      return outcomes.stream().filter(it -> !it.survived()).toList();
    }

    long missed() {
      return outcomes.stream().filter(it -> it.survived() && !it.reached()).count();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(
          "fault points: %d tried, %d survived, %d not reached (the run took another way), seed %d"
              .formatted(
                  outcomes.size() - missed(),
                  outcomes.size() - failed().size() - missed(),
                  missed(),
                  seed));
      Map<Story, Long> stories =
          outcomes.stream()
              .collect(
                  Collectors.groupingBy(
                      it -> it.trial().story(),
                      () -> new EnumMap<>(Story.class),
                      Collectors.counting()));
      text.append(", by story ").append(stories);
      failed()
          .forEach(it -> text.append("\n  ").append(it.trial()).append(": ").append(it.problems()));
      return text.toString();
    }
  }

  /// @param seed of the order, and of the choice
  /// @param lanes how many are played at once
  FaultSuite(long seed, int lanes, Collection<Story> stories) {
    this.seed = seed;
    this.lanes = lanes;
    this.stories = List.copyOf(stories);
  }

  /// Every fault at every write.
  Report all() throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    for (Story story : stories) {
      trials.addAll(trials(story));
    }
    Collections.shuffle(trials, new Random(seed));
    return play(trials);
  }

  /// Each fault once in each story, at a write that the seed chooses.
  Report sample() throws InterruptedException {
    Random random = new Random(seed);
    List<Trial> trials = new ArrayList<>();
    for (Story story : stories) {
      List<Trial> those = trials(story);
      for (Fault fault : Fault.values()) {
        // First a kind of write, then one of them: statuses and events are many.
        Map<String, List<Trial>> kinds =
            those.stream()
                .filter(it -> it.fault() == fault)
                .collect(
                    Collectors.groupingBy(
                        it -> it.point().substring(0, it.point().indexOf('#')),
                        TreeMap::new,
                        Collectors.toList()));
        List<List<Trial>> choice = List.copyOf(kinds.values());
        List<Trial> some = choice.get(random.nextInt(choice.size()));
        trials.add(some.get(random.nextInt(some.size())));
      }
    }
    return play(trials);
  }

  /// The trials of a story, from the writes of a run without faults.
  private static List<Trial> trials(Story story) throws InterruptedException {
    Trial.Outcome outcome = Trial.undisturbed(story).run(Stage.newNamespace());
    if (!outcome.survived()) {
      throw new AssertionError("%s fails without faults: %s".formatted(story, outcome.problems()));
    }
    System.out.printf("%s makes %d writes%n", story, outcome.writes().size());
    return outcome.writes().stream()
        .flatMap(
            write ->
                Stream.concat(
                    Arrays.stream(Fault.values())
                        .map(it -> new Trial(story, it, write.point(), LiveOperator.NO_RETRIES)),
                    Stream.of(new Trial(story, Fault.LoseAnswer, write.point(), CLIENTS_OWN))))
        .toList();
  }

  /// Plays these.
  Report play(List<Trial> trials) throws InterruptedException {
    Queue<Trial> queue = new ConcurrentLinkedQueue<>(trials);
    List<Trial.Outcome> outcomes = new CopyOnWriteArrayList<>();
    try (var executor = Executors.newFixedThreadPool(lanes)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < lanes; i++) {
        running.add(executor.submit(() -> lane(queue, outcomes, trials.size())));
      }
      for (Future<?> lane : running) {
        lane.get(1, TimeUnit.DAYS);
      }
    } catch (ExecutionException | TimeoutException failed) {
      throw new AssertionError(failed);
    }
    return new Report(seed, List.copyOf(outcomes));
  }

  private static Void lane(Queue<Trial> queue, List<Trial.Outcome> outcomes, int all)
      throws InterruptedException {
    String namespace = Stage.newNamespace();
    for (Trial trial = queue.poll(); trial != null; trial = queue.poll()) {
      Trial.Outcome outcome = untilReached(trial, namespace);
      outcomes.add(outcome);
      if (!outcome.survived()) {
        System.out.printf("FAILED %s: %s%n", trial, outcome.problems());
        namespace = Stage.newNamespace();
      } else if (outcomes.size() % 50 == 0) {
        System.out.printf("%d of %d%n", outcomes.size(), all);
      }
    }
    return null;
  }

  /// The number of status writes follows the timing: a point may be missing in one run.
  private static Trial.Outcome untilReached(Trial trial, String namespace)
      throws InterruptedException {
    Trial.Outcome outcome = trial.run(namespace);
    for (int i = 1; i < ATTEMPTS && outcome.survived() && !outcome.reached(); i++) {
      outcome = trial.run(namespace);
    }
    return outcome;
  }
}
