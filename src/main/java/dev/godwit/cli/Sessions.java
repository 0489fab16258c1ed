package dev.godwit.cli;

import dev.godwit.engine.run.Session;

/// One database after the other: the lock is kept while the runs in a row are on the same one, and
/// given back before another one's is taken, so that two who go through several databases cannot
/// wait for each other.
final class Sessions implements AutoCloseable {

  private String database;
  private Session session = new Session();

  /// The session of a database; that of another one ends.
  Session on(String name) {
    if (!name.equals(database)) {
      session.close();
      session = new Session();
      database = name;
    }
    return session;
  }

  @Override
  public void close() {
    session.close();
  }
}
