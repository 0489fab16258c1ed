/// Where backups are kept: named objects that are written once and read as streams.
package dev.godwit.engine.storage;
