package dev.godwit.fault;

import java.util.EnumSet;
import java.util.Set;

/// What goes wrong at one write of the operator.
enum Fault {
  /// The API server does it; the answer does not arrive.
  LoseAnswer,
  /// The connection ends before the request is through.
  DropRequest,
  /// The request rests for a second.
  Delay,
  /// 409 Conflict, as from a quota that somebody else writes at the same time.
  Conflict,
  /// 429 Too Many Requests.
  TooManyRequests,
  /// 500 Internal Server Error.
  ServerError,
  /// 504 Gateway Timeout; the API server has done it.
  Timeout,
  /// 403 Forbidden, once.
  Forbidden,
  /// The operator dies before the request leaves it; another one starts.
  KillBefore,
  /// The operator dies when the API server has done it, and another one starts.
  KillAfter,
  /// The same, and the first lists that the other one reads are as they were at the beginning.
  KillAndStaleLists,
  /// Every watch ends.
  CloseWatches,
  /// Watches say nothing for a while: the operator decides on old knowledge.
  HoldWatches;

  private static final Set<Fault> KILLS = EnumSet.of(KillBefore, KillAfter, KillAndStaleLists);

  /// Whether another operator has to be started.
  boolean kills() {
    return KILLS.contains(this);
  }
}
