#include "notifications/explanation.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/key.h"
#include "notifications/event_descriptions.h"
#include "runtime/event_reader.h"
#include "throughline/notifications/v1/notifications_events.pb.h"

namespace throughline::notifications {

using core::Result;

namespace {

constexpr int kLongestChain = 32;
constexpr std::string_view kTimer = "timer.";

// Of `timer.<service>.<partition>.<name>@<due, ms>`: a moment has no record of its own.
v1::Cause MomentCause(const std::string& id) {
  v1::Cause cause;
  cause.set_id(id);
  cause.set_type("timer");
  std::string_view name = std::string_view(id).substr(kTimer.size());
  const size_t at = name.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view due = name.substr(at + 1);
    int64_t time_ms = 0;
    std::from_chars(due.data(), due.data() + due.size(), time_ms);
    cause.set_time_ms(time_ms);
    name = name.substr(0, at);
  }
  for (int dots = 0; dots < 2 && name.find('.') != std::string_view::npos; ++dots) {
    name = name.substr(name.find('.') + 1);
  }
  cause.set_summary(TimerDescription(name));
  return cause;
}

// Walks from the last event of a chain to its first input, and notes each link on the way.
class Chain {
 public:
  Chain(runtime::Log& log, int64_t smallest) : log_(log), smallest_(smallest) {}

  Result<void> WalkBack(std::string id) {
    while (!id.empty() && static_cast<int>(causes_.size()) < kLongestChain) {
      if (id.starts_with(kTimer)) {
        causes_.push_back(MomentCause(id));
        return {};
      }
      auto event = Find(id);
      if (!event) return core::Refuse(event.error());
      if (!*event) return {};
      Note(**event);
      const bool input = id.starts_with("inbox.");
      if (!input && IndexOf(**event) > 0) {
        auto first = Find(FirstOfDecision(**event));
        if (!first) return core::Refuse(first.error());
        if (*first) Note(**first);
      }
      id = input ? "" : (*event)->envelope.cause();
    }
    return {};
  }

  std::vector<v1::Cause> FromTheBeginning() && {
    std::reverse(causes_.begin(), causes_.end());
    return std::move(causes_);
  }

 private:
  // nullopt when the log does not have it, or not any more.
  Result<std::optional<runtime::ReadEvent>> Find(const std::string& id) {
    auto found = runtime::FindEvent(log_, id);
    if (found) return std::optional(std::move(*found));
    if (found.error().code == core::Code::kNotFound) return std::optional<runtime::ReadEvent>();
    return core::Refuse(found.error());
  }

  // In its decision, where that was made.
  static int32_t IndexOf(const runtime::ReadEvent& event) {
    const runtime::v1::Envelope& envelope = event.envelope;
    return envelope.has_moved_from() ? envelope.moved_from().index() : envelope.index();
  }

  static std::string FirstOfDecision(const runtime::ReadEvent& event) {
    const runtime::v1::Envelope& envelope = event.envelope;
    const int64_t sequence =
        envelope.has_moved_from() ? envelope.moved_from().sequence() : envelope.sequence();
    const int64_t first = sequence - IndexOf(event);
    return event.id.substr(0, event.id.rfind('.') + 1) + std::to_string(first);
  }

  void Note(const runtime::ReadEvent& event) {
    v1::Cause& cause = causes_.emplace_back();
    cause.set_id(event.id);
    cause.set_type(event.envelope.type());
    cause.set_subject(event.envelope.subject());
    cause.set_time_ms(event.envelope.time_ms());
    cause.set_request_id(event.envelope.request_id());
    cause.set_summary(EventDescription(event.envelope.type(), event.message.get(), smallest_));
  }

  runtime::Log& log_;
  int64_t smallest_;
  std::vector<v1::Cause> causes_;
};

// What is known of the last link without the log.
v1::Cause Raised(const v1::Alert& alert) {
  v1::Cause cause;
  cause.set_id(alert.event());
  cause.set_type(v1::AlertRaised::descriptor()->full_name());
  cause.set_subject(core::Key{alert.district(), alert.school()}.Text());
  cause.set_time_ms(alert.raised_at_ms());
  cause.set_summary(EventDescription(cause.type(), &v1::AlertRaised::default_instance(), 0));
  return cause;
}

}  // namespace

Result<std::vector<v1::Cause>> Explain(runtime::Log& log, const v1::Alert& alert,
                                       int64_t smallest) {
  Chain chain(log, smallest);
  if (auto walked = chain.WalkBack(alert.cause()); !walked) {
    return core::Refuse(walked.error());
  }
  std::vector<v1::Cause> causes = std::move(chain).FromTheBeginning();
  causes.push_back(Raised(alert));
  return causes;
}

}  // namespace throughline::notifications
