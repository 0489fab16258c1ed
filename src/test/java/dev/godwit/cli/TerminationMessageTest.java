package dev.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.godwit.api.job.JobContract;
import dev.godwit.api.job.RestoreSummary;
import dev.godwit.api.job.RunResult;
import dev.godwit.api.job.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TerminationMessageTest {

  @Test
  void ofAThousandCollectionsTheFirstAreNamedAndAllAreCounted() throws IOException {
    List<String> names =
        IntStream.range(0, 1000)
            .mapToObj("_godwit_aside_mrst-0123456789_collection-%d"::formatted)
            .toList();
    RunResult result =
        new RunResult(
            Verdict.Restored,
            "shop",
            null,
            null,
            null,
            null,
            names,
            null,
            null,
            new RestoreSummary(5, 1000, 1000, List.of("004")),
            null);

    String message = TerminationMessage.of(result);

    assertThat(message.getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(JobContract.TERMINATION_MESSAGE_LIMIT);
    RunResult read = new ObjectMapper().readValue(message, RunResult.class);
    assertThat(read.setAside()).isEqualTo(names.subList(0, 20));
    assertThat(read.restore()).isEqualTo(result.restore());
  }
}
