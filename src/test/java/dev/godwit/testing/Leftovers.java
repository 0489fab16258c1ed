package dev.godwit.testing;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.javaoperatorsdk.operator.Operator;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/// What a client or an operator of a test leaves behind when it is closed. In a process of its own
/// it goes with the process; a suite starts hundreds, and each would keep threads that wake up.
public final class Leftovers {

  private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));

  private Leftovers() {}

  /// Makes clients that share their threads: the factory that Quarkus brings starts new ones for
  /// each client and never ends them.
  public static HttpClient.Factory http() {
    return new VertxHttpClientFactory(VERTX);
  }

  /// Stops an operator, and the timer that the SDK lets run.
  public static void stop(Operator operator) {
    operator.stop();
    operator
        .getConfigurationService()
        .getExecutorServiceManager()
        .scheduledExecutorService()
        .shutdownNow();
  }
}
