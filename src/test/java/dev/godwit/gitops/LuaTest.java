package dev.godwit.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaError;

/// The sandbox is as narrow as Argo CD's: what passes in it passes there.
class LuaTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return {a = string.lower('A')}",
        "return {a = ('A'):lower()}",
        "return {a = math.floor(1.5)}",
        "return {a = io.read()}",
        "return {a = os.time()}",
        "return {a = require('os').getenv('HOME')}",
        "return {a = debug.traceback()}"
      })
  void hasNoOtherLibrary(String script) {
    assertThatThrownBy(() -> run(script, "{}")).isInstanceOf(LuaError.class);
  }

  @Test
  void hasAClockAndTables() throws JsonProcessingException {
    assertThat(
            run("local t = {} table.insert(t, require('os').time()) return t", "{}")
                .get(0)
                .asLong())
        .isPositive();
  }

  @Test
  void stopsAfterASecond() {
    assertThatThrownBy(() -> run("pcall(function() while true do end end) return {}", "{}"))
        .isInstanceOf(Lua.TooSlow.class);
  }

  @Test
  void givesBackWhatItGot() throws JsonProcessingException {
    String all = "{\"a\":{},\"b\":[],\"c\":[{\"d\":{}},1,2.5,\"e\",true],\"f\":-1}";
    assertThat(run("return obj", all)).isEqualTo(JSON.readTree(all));
  }

  @Test
  void takesNothingButTables() {
    assertThatThrownBy(() -> run("return 1", "{}")).hasMessageContaining("expect table output");
  }

  private static JsonNode run(String script, String obj) throws JsonProcessingException {
    return Lua.run(script, JSON.readTree(obj));
  }
}
