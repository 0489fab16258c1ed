/// Copies of databases for trials, and what differs between two databases.
package dev.godwit.engine.scratch;
