package dev.godwit.fault;

import dev.godwit.operator.RunnerConfig;
import dev.godwit.testing.Cluster;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// The operator of a namespace, with one fault at one of its writes. Where it dies of it, another
/// one starts.
final class Operators implements AutoCloseable {

  private static final Duration QUIET = Duration.ofMillis(400);

  private final String namespace;
  private final Fault fault;
  private final int retries;
  private final RunnerConfig config;
  private final Clock clock;
  private final AtomicReference<Write> hit = new AtomicReference<>();
  private final List<LiveOperator> all = new ArrayList<>();
  private String early;

  /// @param fault null for none
  /// @param point where it happens: `Write.point()`
  /// @param retries how often the operators' clients repeat a request by themselves
  Operators(String namespace, Fault fault, String point, int retries) {
    this(namespace, fault, point, retries, Settings.DEFAULT, Clock.systemUTC());
  }

  private Operators(
      String namespace, Fault fault, String point, int retries, RunnerConfig config, Clock clock) {
    this.namespace = namespace;
    this.fault = fault;
    this.retries = retries;
    this.config = config;
    this.clock = clock;
    all.add(
        operator(
            new ApiProxy(
                Cluster.admin().getConfiguration(),
                write ->
                    fault != null && write.point().equals(point) && hit.compareAndSet(null, write)
                        ? fault
                        : null)));
  }

  /// Operators without faults.
  static Operators undisturbed(String namespace) {
    return new Operators(namespace, null, "", LiveOperator.NO_RETRIES);
  }

  /// Operators without faults that are configured otherwise.
  static Operators with(String namespace, RunnerConfig config, Clock clock) {
    return new Operators(namespace, null, "", LiveOperator.NO_RETRIES, config, clock);
  }

  private LiveOperator operator(ApiProxy proxy) {
    return new LiveOperator(proxy, namespace, config, clock, retries);
  }

  /// Keeps how the migrations look now, for stale lists.
  void remember() {
    if (early == null) {
      early =
          Cluster.admin()
              .raw("/apis/godwit.dev/v1alpha1/namespaces/%s/mongomigrations".formatted(namespace));
    }
  }

  /// Starts another one when the last is dead.
  void revive() {
    LiveOperator last = all.getLast();
    if (last.proxy().isDead()) {
      Thread.ofVirtual().start(last::kill);
      ApiProxy proxy = new ApiProxy(Cluster.admin().getConfiguration(), write -> null);
      if (fault == Fault.KillAndStaleLists) {
        proxy.beStale(last.proxy(), early);
      }
      all.add(operator(proxy));
    }
  }

  /// Whether the fault happened.
  boolean isHit() {
    return hit.get() != null;
  }

  /// What the first one wrote.
  List<Write> writes() {
    return all.getFirst().proxy().writes();
  }

  /// The proxy of the one that lives.
  ApiProxy proxy() {
    return all.getLast().proxy();
  }

  /// Whether nothing is written any more.
  boolean isQuiet() throws InterruptedException {
    int before = proxy().writes().size();
    TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
    return proxy().writes().size() == before;
  }

  /// Lets what a dead one wrote arrive.
  ///
  /// @return whether there was one
  boolean callLateWrite() throws InterruptedException {
    boolean any = false;
    for (LiveOperator each : all) {
      any |= each.proxy().callLateWrite();
    }
    return any;
  }

  @Override
  public void close() {
    all.forEach(it -> it.proxy().forgetLateWrite());
    all.forEach(LiveOperator::kill);
  }
}
