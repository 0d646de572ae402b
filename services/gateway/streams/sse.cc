#include "gateway/streams/sse.h"

#include <algorithm>

namespace throughline::gateway {

namespace {

void AddLine(std::string& frame, std::string_view field, std::string_view text) {
  frame += field;
  frame += ": ";
  frame += text;
  frame += '\n';
}

}  // namespace

std::string FrameOf(const ServerSentEvent& event) {
  std::string frame;
  frame.reserve(event.id.size() + event.event.size() + event.data.size() + 32);
  if (!event.event.empty()) AddLine(frame, "event", event.event);
  if (!event.id.empty()) AddLine(frame, "id", event.id);
  std::string_view rest = event.data;
  while (true) {
    const size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    AddLine(frame, "data", rest.substr(0, end));
    if (end == rest.size()) break;
    rest.remove_prefix(end + (rest.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  frame += '\n';
  return frame;
}

std::string PositionFrame(std::string_view id) { return "id: " + std::string(id) + "\n\n"; }

std::string_view HeartbeatFrame() { return ":\n\n"; }

std::string RetryFrame(int milliseconds) {
  return "retry: " + std::to_string(milliseconds) + "\n\n";
}

}  // namespace throughline::gateway
