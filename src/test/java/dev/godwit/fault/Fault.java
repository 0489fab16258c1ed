package dev.godwit.fault;

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
  /// The same, and the lists that the other one reads first are old: as they were at the beginning,
  /// of migrations as in their first phase, and news of these are late.
  KillAndStaleLists,
  /// The operator dies, another one goes on, and then the request arrives after all: a status when
  /// the story has ended, anything else after a while.
  KillAndLateWrite,
  /// Every watch ends.
  CloseWatches,
  /// Watches say nothing for a while: the operator decides on old knowledge.
  HoldWatches
}
