package dev.godwit.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Who runs, for people to read in the lock.
final class LockOwner {

  private LockOwner() {}

  /// Of a Job: pod, process.
  static String job() {
    return host() + "/" + ProcessHandle.current().pid();
  }

  /// Of a command: user, machine, process.
  static String person() {
    return System.getProperty("user.name", "?") + "@" + job();
  }

  private static String host() {
    return Optional.ofNullable(System.getenv("HOSTNAME"))
        .orElseGet(
            () -> {
              try {
                return InetAddress.getLocalHost().getHostName();
              } catch (UnknownHostException nameless) {
                return "localhost";
              }
            });
  }
}
