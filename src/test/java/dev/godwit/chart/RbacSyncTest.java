package dev.godwit.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.godwit.testing.Chart;
import dev.godwit.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whichever way Godwit is installed, it gets the same rights, and none on Secrets.
class RbacSyncTest {

  private static final Path INSTALL = Path.of("deploy/install.yaml");

  @Test
  void installIsWhatTheChartRenders() throws IOException {
    assertThat(Files.readString(INSTALL))
        .as("deploy/install.yaml; `make manifests` writes it")
        .isEqualTo(Tool.HELM.script("deploy/render").outOrFail());
  }

  @Test
  void everyScopeGrantsTheSame() throws IOException {
    List<JsonNode> plain = Chart.documents(Files.readString(INSTALL));
    List<JsonNode> rules = rules(plain, "ClusterRole", "godwit-operator");
    assertThat(rules).hasSize(1);
    assertThat(rules(Chart.render(), "ClusterRole", "godwit-operator")).isEqualTo(rules);

    List<JsonNode> one = Chart.render("--set", "watchNamespaces={shop}");
    assertThat(rules(one, "Role", "godwit-operator")).isEqualTo(rules);
    List<JsonNode> two = Chart.render("--set", "watchNamespaces={shop,billing}");
    assertThat(rules(two, "Role", "godwit-operator"))
        .containsExactly(rules.getFirst(), rules.getFirst());

    List<JsonNode> leader = rules(plain, "Role", "godwit-leader-election");
    assertThat(leader).hasSize(1);
    for (List<JsonNode> scope : List.of(one, two)) {
      assertThat(rules(scope, "Role", "godwit-leader-election")).isEqualTo(leader);
      assertThat(kinds(scope)).doesNotContain("ClusterRole", "ClusterRoleBinding");
    }
  }

  /// Only where it is asked for, and then neither to list nor to delete.
  @Test
  void workloadsAreTouchedOnlyWithQuiesce() {
    for (String scope : List.of("Role", "ClusterRole")) {
      String watched = scope.equals("Role") ? ",watchNamespaces={shop}" : "";
      for (boolean enabled : List.of(true, false)) {
        List<JsonNode> items = Chart.render("--set", "quiesce.enabled=" + enabled + watched);
        List<String> apps = new ArrayList<>();
        for (JsonNode rule : rules(items, scope, "godwit-operator").getFirst()) {
          if (rule.path("apiGroups").toString().contains("apps")) {
            apps.add(rule.path("resources") + " " + rule.path("verbs"));
          }
        }
        assertThat(apps)
            .as("%s, quiesce.enabled %s", scope, enabled)
            .isEqualTo(
                enabled
                    ? List.of("[\"deployments\",\"statefulsets\"] [\"get\",\"patch\"]")
                    : List.of());
      }
    }
  }

  /// Another release in the namespace has a lease of its own.
  @Test
  void theLeaseThatIsGrantedIsTheOneThatIsTaken() {
    for (String name : List.of("", "second")) {
      List<String> taken = new ArrayList<>();
      List<String> granted = new ArrayList<>();
      for (JsonNode item : Chart.render("--set", "fullnameOverride=" + name)) {
        for (JsonNode variable : item.at("/spec/template/spec/containers/0/env")) {
          if (variable.get("name").asText().equals("GODWIT_LEADER_ELECTION_LEASE_NAME")) {
            taken.add(variable.get("value").asText());
          }
        }
        for (JsonNode rule : item.path("rules")) {
          rule.path("resourceNames").forEach(it -> granted.add(it.asText()));
        }
      }
      assertThat(granted).hasSize(1).isEqualTo(taken);
    }
  }

  /// A Role is worth nothing without its binding, in the same place and to the operator's account.
  @Test
  void everyRoleIsBoundToTheOperatorsAccount() {
    List<JsonNode> rendered = Chart.render("--set", "watchNamespaces={shop,billing}");
    Set<String> roles = new TreeSet<>();
    Set<String> bound = new TreeSet<>();
    for (JsonNode item : rendered) {
      String place = item.at("/metadata/namespace").asText() + "/";
      switch (item.get("kind").asText()) {
        case "Role" -> roles.add(place + item.at("/metadata/name").asText());
        case "RoleBinding" -> {
          bound.add(place + item.at("/roleRef/name").asText());
          assertThat(item.at("/subjects").size()).isEqualTo(1);
          assertThat(item.at("/subjects/0/name").asText()).isEqualTo("godwit-operator");
          assertThat(item.at("/subjects/0/namespace").asText()).isEqualTo(Chart.NAMESPACE);
        }
        default -> {}
      }
    }
    assertThat(bound)
        .isEqualTo(roles)
        .containsExactly(
            "billing/godwit-operator",
            "godwit-system/godwit-leader-election",
            "shop/godwit-operator");
  }

  @ParameterizedTest
  @MethodSource("valuesFiles")
  void noRuleIsOnSecretsOrOnEverything(Path values) {
    for (JsonNode item : Chart.render("--values", values.toString())) {
      for (JsonNode rule : item.path("rules")) {
        for (String part : List.of("resources", "apiGroups", "verbs")) {
          List<String> words = new ArrayList<>();
          rule.path(part).forEach(word -> words.add(word.asText()));
          assertThat(words).as("%s of %s", part, item.at("/metadata/name")).isNotEmpty();
          assertThat(words).noneMatch(it -> it.contains("secret") || it.contains("*"));
        }
      }
    }
  }

  static List<Path> valuesFiles() {
    return Chart.valuesFiles();
  }

  private static List<JsonNode> rules(List<JsonNode> items, String kind, String name) {
    return items.stream()
        .filter(it -> it.get("kind").asText().equals(kind))
        .filter(it -> it.at("/metadata/name").asText().equals(name))
        .map(it -> it.get("rules"))
        .toList();
  }

  private static List<String> kinds(List<JsonNode> items) {
    return items.stream().map(it -> it.get("kind").asText()).toList();
  }
}
