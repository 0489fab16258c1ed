package dev.godwit.cli;

import dev.godwit.engine.plan.ServerFacts;
import java.util.List;

/// What `godwit plan` says of a database: the names are those of its JSON.
record PlannedDatabase(String database, ServerFacts server, List<PlannedMigration> migrations) {}
