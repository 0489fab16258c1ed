package dev.godwit.engine.changelog;

import dev.godwit.api.v1alpha1.CollectionName;
import dev.godwit.engine.RunException;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/// Which commands `runCommand` may run: none that is a step, so that its undo would be lost, and
/// none of administration, which is not a migration's business. Source: MongoDB's manual, "Database
/// Commands".
final class CommandRules {

  /// Commands that are steps, with the step's name.
  private static final Map<String, String> STEPS =
      Map.ofEntries(
          Map.entry("create", "createCollection"),
          Map.entry("drop", "dropCollection"),
          Map.entry("renameCollection", "renameCollection"),
          Map.entry("createIndexes", "createIndexes"),
          Map.entry("dropIndexes", "dropIndexes"),
          Map.entry("deleteIndexes", "dropIndexes"),
          Map.entry("insert", "insert"),
          Map.entry("update", "update"),
          Map.entry("findAndModify", "update"),
          Map.entry("findandmodify", "update"),
          Map.entry("delete", "delete"),
          Map.entry("aggregate", "merge"),
          Map.entry("bulkWrite", "insert, update or delete"));

  private static final Set<String> ADMINISTRATION =
      Set.of(
          "abortTransaction",
          "applyOps",
          "balancerStart",
          "balancerStop",
          "clone",
          "cloneCollection",
          "cloneCollectionAsCapped",
          "commitTransaction",
          "configureFailPoint",
          "convertToCapped",
          "copydb",
          "createRole",
          "createUser",
          "dropAllRolesFromDatabase",
          "dropAllUsersFromDatabase",
          "dropConnections",
          "dropDatabase",
          "dropRole",
          "dropUser",
          "endSessions",
          "eval",
          "fsync",
          "fsyncUnlock",
          "getMore",
          "grantPrivilegesToRole",
          "grantRolesToRole",
          "grantRolesToUser",
          "invalidateUserCache",
          "killAllSessions",
          "killAllSessionsByPattern",
          "killCursors",
          "killOp",
          "killSessions",
          "logRotate",
          "logout",
          "mapReduce",
          "mapreduce",
          "refreshSessions",
          "replSetAbortPrimaryCatchUp",
          "replSetFreeze",
          "replSetInitiate",
          "replSetMaintenance",
          "replSetReconfig",
          "replSetResizeOplog",
          "replSetStepDown",
          "replSetSyncFrom",
          "revokePrivilegesFromRole",
          "revokeRolesFromRole",
          "revokeRolesFromUser",
          "setDefaultRWConcern",
          "setFeatureCompatibilityVersion",
          "setParameter",
          "shutdown",
          "startSession",
          "updateRole",
          "updateUser");

  private CommandRules() {}

  /// @throws RunException with verdict `Refused` naming the path and the command
  static void check(String path, BsonDocument command) {
    if (command.isEmpty()) {
      throw ManifestFields.invalid(path, "the command is empty");
    }
    String name = command.getFirstKey();
    if (STEPS.containsKey(name)) {
      throw refused(
          path, "'%s' is not allowed here, use the step %s".formatted(name, STEPS.get(name)));
    }
    if (name.equals("collMod") && command.containsKey("validator")) {
      throw refused(path, "a validator is set by the step setValidator");
    }
    if (ADMINISTRATION.contains(name)) {
      throw refused(
          path, "'%s' administers the server or takes a whole database away".formatted(name));
    }
    for (String field : command.keySet()) {
      if (field.startsWith("$") || field.equals("lsid") || field.equals("txnNumber")) {
        throw refused(path, "'%s' is the driver's business".formatted(field));
      }
    }
    BsonValue target = command.get(name);
    if (target.isString() && isOwn(target.asString().getValue())) {
      throw RunException.refused(
          "CollectionRefused",
          path,
          "'%s' belongs to the server or to Godwit; a migration cannot touch it"
              .formatted(target.asString().getValue()));
    }
    OperatorRules.checkNever(path, command);
  }

  private static boolean isOwn(String collection) {
    return collection.startsWith("system.") || collection.startsWith(CollectionName.OWN_PREFIX);
  }

  private static RunException refused(String path, String why) {
    return RunException.refused("CommandRefused", path, why);
  }
}
