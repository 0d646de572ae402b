// Events as the streams show them. Pure: what readers of one district see depends on the event, on
// the smallest cell and on what they may hear of only, never on who reads, since one message is
// written to all of them.
#pragma once

#include <string>

#include "notifications/domain/audience.h"
#include "runtime/event_reader.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

struct View {
  int64_t smallest;
  Audience audience;
  std::string team = {};  // of events: only what names it, without content; empty: all
};

// Alerts as their events say them, without cells under the smallest. False when the event is
// nothing that these watchers of alerts hear of: a notification that was kept back whole is not one
// of them.
bool Translate(const runtime::ReadEvent& event, const View& view,
               v1::WatchAlertsResponse& response);
// Any event as JSON, without records of single students and cells under the smallest; false for
// what the runtime records for itself, and what these watchers do not hear of. Watchers of a team
// are told that something happened to it, and not what: what they may know of it they ask for.
bool Translate(const runtime::ReadEvent& event, const View& view,
               v1::WatchEventsResponse& response);

}  // namespace throughline::notifications
