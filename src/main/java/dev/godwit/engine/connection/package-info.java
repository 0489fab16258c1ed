/// The way to the server, with the settings that safety needs.
package dev.godwit.engine.connection;
