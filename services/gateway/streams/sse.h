// The frames of server-sent events, as the HTML standard defines `text/event-stream`. Pure.
#pragma once

#include <string>
#include <string_view>

namespace throughline::gateway {

struct ServerSentEvent {
  std::string_view id;     // no line breaks; empty: none
  std::string_view event;  // no line breaks; empty: `message`
  std::string_view data;   // of any lines
};

std::string FrameOf(const ServerSentEvent& event);
// Tells the position, and nothing else: it is what a client comes back with, though no event comes.
std::string PositionFrame(std::string_view id);
// A comment: says that the stream is alive; clients ignore it.
std::string_view HeartbeatFrame();
// How long a client waits before it connects again.
std::string RetryFrame(int milliseconds);

}  // namespace throughline::gateway
