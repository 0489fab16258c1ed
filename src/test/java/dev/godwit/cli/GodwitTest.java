package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.api.job.ExitCode;
import dev.godwit.cli.Cli.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GodwitTest {

  @TempDir private Path folder;

  static List<CommandLine> commands() {
    return Godwit.commandLine(new Godwit()).getSubcommands().values().stream()
        .filter(command -> !command.getCommandName().equals("job"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItselfWithExamplesThatItTakes(CommandLine command) {
    String help = command.getUsageMessage();

    List<String> examples =
        help.lines()
            .map(String::strip)
            .filter(line -> line.startsWith("godwit " + command.getCommandName()))
            .toList();
    assertThat(examples).as(help).isNotEmpty();
    for (String example : examples) {
      String[] arguments = example.split(" +");
      Godwit.commandLine(new Godwit())
          .parseArgs(List.of(arguments).subList(1, arguments.length).toArray(String[]::new));
    }
  }

  @Test
  void saysItsVersion() {
    assertThat(Cli.run("--version").out()).startsWith("godwit ");
  }

  @Test
  void aWrongUseIsExplainedInALineOrTwo() {
    for (String[] wrong :
        List.of(
            new String[] {},
            new String[] {"stauts"},
            new String[] {"status", "--uri", "mongodb://localhost", "--nonsense"},
            new String[] {"status", "-o", "xml", "--uri", "mongodb://localhost/shop"},
            new String[] {"status", "--uri", "mongodb://localhost", "-d", "a/b"},
            new String[] {"status"})) {
      Answer answer = Cli.run(wrong);

      assertThat(answer.exitCode()).as(String.join(" ", wrong)).isEqualTo(ExitCode.USAGE);
      assertThat(answer.err().lines()).hasSizeBetween(2, 4);
      assertThat(answer.err()).contains("--help").doesNotContain("\tat ");
    }
  }

  @Test
  void aPasswordInAnArgumentIsRefusedAndNotRepeated() {
    Answer answer = Cli.run("status", "--uri", "mongodb://shop:s3cret@localhost/shop");

    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).contains("--uri-file").contains("GODWIT_URI").doesNotContain("s3cret");
  }

  @Test
  void onlyOneSourceOfTheConnectionStringIsTaken() throws IOException {
    Path file = Files.writeString(folder.resolve("uri"), "mongodb://localhost/shop");

    Answer answer =
        Cli.run("status", "--uri-file", file.toString(), "--secret-dir", folder.toString());

    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).contains("only one of");
  }

  @Test
  void whatIsWrongWithTheConnectionIsARefusal() throws IOException {
    Path file = Files.writeString(folder.resolve("uri"), "http://shop:s3cret@localhost/shop");

    Answer malformed = Cli.run("status", "--uri-file", file.toString());
    Answer missing = Cli.run("status", "--uri-file", folder.resolve("none").toString());
    Answer nameless = Cli.run("status", "--uri", "mongodb://localhost");
    Answer servers = Cli.run("status", "--uri", "mongodb://localhost", "-d", "admin");

    assertThat(List.of(malformed, missing, nameless, servers))
        .allMatch(answer -> answer.exitCode() == ExitCode.REFUSED)
        .noneMatch(answer -> answer.err().contains("\tat "));
    assertThat(malformed.err()).contains("mongodb://").doesNotContain("s3cret");
    assertThat(missing.err()).contains("none' cannot be read");
    assertThat(nameless.err()).contains("names no database");
    assertThat(servers.err()).contains("belongs to the server");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://localhost/shop?proxyHost=p&proxyUsername=u&proxyPassword=s3cret",
        "mongodb://localhost/shop?tlsCertificateKeyFilePassword=s3cret",
        "mongodb://k@localhost/shop?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:s3cret"
      })
  void aSecretAmongTheOptionsIsRefusedToo(String uri) {
    Answer answer = Cli.run("status", "--uri", uri);

    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).contains("--uri-file").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpFitsATerminalAndHasOneVersionOnly(CommandLine command) {
    assertThat(command.getUsageMessage().lines()).allMatch(line -> line.length() <= 80);
    assertThat(command.getCommandSpec().optionsMap()).doesNotContainKey("-V");
  }
}
