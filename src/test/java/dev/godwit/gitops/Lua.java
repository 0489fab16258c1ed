package dev.godwit.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.DebugLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.jse.JseOsLib;

/// Runs scripts as Argo CD runs those of `argocd-cm`: with the libraries base, package and table,
/// `require("os")` with time and date, nothing else, and one second.
public final class Lua {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private Lua() {}

  /// A script ran for longer than it may.
  static final class TooSlow extends Error {
    TooSlow() {
      super("the script ran for more than " + LIMIT);
    }
  }

  /// The table that the script returns for the global `obj`. As in Argo CD an empty table is an
  /// empty list, unless `obj` has an empty object there.
  public static JsonNode run(String script, JsonNode obj) {
    Globals globals = sandbox();
    globals.set("obj", toLua(obj));
    LuaValue returned = globals.load(script, "script").call();
    if (!returned.istable()) {
      throw new IllegalStateException("expect table output from Lua script, not " + returned);
    }
    return withEmptyObjects(toJson(returned), obj);
  }

  private static Globals sandbox() {
    Globals globals = new Globals();
    globals.load(new BaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    globals.load(new Deadline());
    globals.load(new JseOsLib());
    LuaValue all = globals.get("os");
    LuaTable os = new LuaTable();
    os.set("time", all.get("time"));
    os.set("date", all.get("date"));
    for (String hidden : new String[] {"os", "debug"}) {
      globals.set(hidden, LuaValue.NIL);
      globals.get("package").get("loaded").set(hidden, LuaValue.NIL);
    }
    globals.get("package").get("loaded").set("os", os);
    LoadState.install(globals);
    LuaC.install(globals);
    return globals;
  }

  /// Looks at the clock at each instruction; an Error, so that `pcall` does not catch it.
  private static final class Deadline extends DebugLib {
    private final long end = System.nanoTime() + LIMIT.toNanos();

    @Override
    public void onInstruction(int position, Varargs arguments, int top) {
      if (System.nanoTime() > end) {
        throw new TooSlow();
      }
      super.onInstruction(position, arguments, top);
    }
  }

  private static LuaValue toLua(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> {
        LuaTable table = new LuaTable();
        json.properties().forEach(field -> table.set(field.getKey(), toLua(field.getValue())));
        yield table;
      }
      case ARRAY -> {
        LuaTable table = new LuaTable();
        json.forEach(item -> table.set(table.length() + 1, toLua(item)));
        yield table;
      }
      case STRING -> LuaValue.valueOf(json.textValue());
      case NUMBER -> LuaValue.valueOf(json.doubleValue());
      case BOOLEAN -> LuaValue.valueOf(json.booleanValue());
      default -> LuaValue.NIL;
    };
  }

  private static JsonNode toJson(LuaValue value) {
    if (value instanceof LuaTable table) {
      return table.keyCount() == table.length() ? list(table) : object(table);
    }
    return switch (value.type()) {
      case LuaValue.TBOOLEAN -> JSON.booleanNode(value.toboolean());
      case LuaValue.TNUMBER -> number(value.todouble());
      case LuaValue.TSTRING -> JSON.textNode(value.tojstring());
      default -> throw new IllegalStateException("no JSON for " + value.typename());
    };
  }

  private static ArrayNode list(LuaTable table) {
    ArrayNode list = JSON.arrayNode();
    for (int i = 1; i <= table.length(); i++) {
      list.add(toJson(table.get(i)));
    }
    return list;
  }

  private static ObjectNode object(LuaTable table) {
    ObjectNode object = JSON.objectNode();
    for (LuaValue key : table.keys()) {
      object.set(key.checkjstring(), toJson(table.get(key)));
    }
    return object;
  }

  private static JsonNode number(double value) {
    return value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE
        ? JSON.numberNode((int) value)
        : JSON.numberNode(value);
  }

  private static JsonNode withEmptyObjects(JsonNode returned, JsonNode original) {
    if (returned.isArray() && returned.isEmpty() && original.isObject()) {
      return original;
    }
    if (returned instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              field ->
                  field.setValue(
                      withEmptyObjects(field.getValue(), original.path(field.getKey()))));
    } else if (returned instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        list.set(i, withEmptyObjects(list.get(i), original.path(i)));
      }
    }
    return returned;
  }
}
