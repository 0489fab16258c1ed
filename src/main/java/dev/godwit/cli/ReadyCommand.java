package dev.godwit.cli;

import dev.godwit.api.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Waits until a URL answers with success: what the chart's test runs, since the image has neither
/// a shell nor curl. Ends with 0, or with [ExitCode#UNEXPECTED] when patience has run out.
@Command(
    name = "ready",
    hidden = true,
    description = "Waits until a URL answers with 2xx.",
    mixinStandardHelpOptions = true)
final class ReadyCommand implements Callable<Integer> {

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration ONE_TRY = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;

  @Option(names = "--url", required = true, description = "What is asked, by GET.")
  private URI url;

  @Option(
      names = "--patience",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = GoDurationConverter.class,
      description = "How long to ask (as 30s or 1m30s); ${DEFAULT-VALUE} if left out.")
  private Duration patience;

  @Override
  public Integer call() throws InterruptedException {
    if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
      throw new ParameterException(
          spec.commandLine(), "--url: '%s' is no http:// or https:// URL".formatted(url));
    }
    PrintWriter out = spec.commandLine().getOut();
    long end = System.nanoTime() + patience.toNanos();
    String last = null;
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(ONE_TRY).build()) {
      while (true) {
        Answer answer = ask(client);
        if (!answer.text().equals(last)) {
          out.println(url + ": " + answer.text());
          out.flush();
          last = answer.text();
        }
        if (answer.isReady()) {
          return ExitCode.DONE;
        }
        if (System.nanoTime() - end >= 0) {
          out.println(url + ": not ready within " + patience.toSeconds() + " s");
          out.flush();
          client.shutdownNow();
          return ExitCode.UNEXPECTED;
        }
        TimeUnit.NANOSECONDS.sleep(Math.clamp(end - System.nanoTime(), 1, PAUSE.toNanos()));
      }
    }
  }

  private record Answer(boolean isReady, String text) {}

  private Answer ask(HttpClient client) throws InterruptedException {
    try {
      int status =
          client
              .send(HttpRequest.newBuilder(url).timeout(ONE_TRY).build(), BodyHandlers.discarding())
              .statusCode();
      return new Answer(status / 100 == 2, "HTTP " + status);
    } catch (IOException failed) {
      return new Answer(
          false,
          failed.getClass().getSimpleName()
              + Optional.ofNullable(failed.getMessage()).map(it -> ": " + it).orElse(""));
    }
  }
}
