/// What happened to a database, in the database: append-only events, a head that every write is
/// compared with.
package dev.godwit.engine.history;
