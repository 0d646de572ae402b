// Events as the streams show them. Pure: what readers of one district see depends on the event and
// on the smallest cell only, never on who reads, since one message is written to all of them.
#pragma once

#include "runtime/event_reader.h"
#include "throughline/notifications/v1/notifications_service.pb.h"

namespace throughline::notifications {

// Alerts as their events say them, without cells under `smallest`. False when the event is nothing
// that watchers of alerts hear of: a notification that was kept back whole is not one of them.
bool Translate(const runtime::ReadEvent& event, int64_t smallest,
               v1::WatchAlertsResponse& response);
// Any event as JSON, without records of single students and cells under `smallest`; false for what
// the runtime records for itself.
bool Translate(const runtime::ReadEvent& event, int64_t smallest,
               v1::WatchEventsResponse& response);

}  // namespace throughline::notifications
