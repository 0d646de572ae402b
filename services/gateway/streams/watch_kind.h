// What can be watched: by which method of the notifications service, and how its messages become
// server-sent events. Pure.
#pragma once

#include <string>
#include <string_view>

#include "gateway/streams/feed.h"

namespace throughline::gateway {

// What `from` says to begin with the alerts that are open, and the event that says them.
inline constexpr std::string_view kSnapshot = "snapshot";

struct WatchPlace {
  std::string district;
  std::string school;  // empty: all of them
  std::string team;    // of events; empty: all of them
  std::string after;   // token; empty: from the beginning, or from now
  bool only_new = false;
  bool snapshot = false;  // begins with the alerts that are open
};

struct WatchKind {
  std::string method;                                         // full name
  std::string (*request)(const WatchPlace& place) = nullptr;  // serialized
  Framing framing;
  bool has_teams = false;  // whether those of one team can be asked for
};

WatchKind WatchingAlerts();
WatchKind WatchingEvents();

}  // namespace throughline::gateway
