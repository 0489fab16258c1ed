/// Backups: mongodump's archive format, dump, check and restore. `docs/backup-format.md` describes
/// what is stored.
package dev.godwit.engine.backup;
