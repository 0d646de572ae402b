#include "notifications/explanation.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/date.h"
#include "runtime/event_reader.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::notifications {

using core::Result;

namespace {

constexpr int kLongestChain = 32;

template <class M>
const M* As(const google::protobuf::Message* message) {
  return dynamic_cast<const M*>(message);
}

std::string Summary(const std::string& type, const google::protobuf::Message* message) {
  if (const auto* results = As<evidence::v1::IngestResultsRequest>(message)) {
    return fmt::format("A batch of {} results came in from {}.", results->results_size(),
                       results->source());
  }
  if (const auto* recorded = As<evidence::v1::ResultsRecorded>(message)) {
    return fmt::format("{} results were recorded, {} set aside.", recorded->results_size(),
                       recorded->quarantined_size());
  }
  if (const auto* moved = As<evidence::v1::EvidenceMoved>(message)) {
    return fmt::format("The evidence of team {} on {} {} a rule.", moved->team(),
                       moved->indicator(), moved->met() ? "met" : "no longer met");
  }
  if (As<evidence::v1::EvidenceSummarized>(message) != nullptr)
    return "The numbers of a cycle moved.";
  if (const auto* opened = As<cycles::v1::ReviewOpened>(message)) return opened->review().reason();
  if (const auto* raised = As<cycles::v1::ConditionRaised>(message)) {
    return raised->condition().reason();
  }
  const size_t dot = type.rfind('.');
  return dot == std::string::npos ? type : type.substr(dot + 1);
}

v1::Cause CauseOf(const runtime::ReadEvent& event) {
  v1::Cause cause;
  cause.set_id(event.id);
  cause.set_type(event.envelope.type());
  cause.set_subject(event.envelope.subject());
  cause.set_time_ms(event.envelope.time_ms());
  cause.set_request_id(event.envelope.request_id());
  cause.set_summary(Summary(event.envelope.type(), event.message.get()));
  return cause;
}

// A timer has no record of its own: its name says what it was about.
v1::Cause TimerCause(const std::string& id) {
  v1::Cause cause;
  cause.set_id(id);
  cause.set_type("timer");
  const size_t at = id.rfind('@');
  if (at != std::string::npos) cause.set_time_ms(std::stoll(id.substr(at + 1)));
  cause.set_summary("Time passed: a moment that had been noted came.");
  return cause;
}

// The first event of the same decision, which says what the decision was about.
std::optional<v1::Cause> FirstOfDecision(runtime::Log& log, const runtime::ReadEvent& event) {
  if (event.envelope.index() == 0) return std::nullopt;
  const size_t dot = event.id.rfind('.');
  const int64_t first = event.envelope.sequence() - event.envelope.index();
  auto found = runtime::FindEvent(log, event.id.substr(0, dot + 1) + std::to_string(first));
  if (!found) return std::nullopt;
  return CauseOf(*found);
}

}  // namespace

Result<std::vector<v1::Cause>> Explain(runtime::Log& log, const v1::Alert& alert) {
  std::vector<v1::Cause> causes;
  v1::Cause last;
  last.set_id(alert.alert());
  last.set_type("throughline.notifications.v1.AlertRaised");
  last.set_subject(alert.district() + "/" + alert.school());
  last.set_time_ms(alert.raised_at_ms());
  last.set_summary("The alert was raised.");
  causes.push_back(last);
  std::string id = alert.cause();
  for (int link = 0; link < kLongestChain && !id.empty(); ++link) {
    if (id.starts_with("timer.")) {
      causes.push_back(TimerCause(id));
      break;
    }
    auto event = runtime::FindEvent(log, id);
    if (!event) {
      if (event.error().code == core::Code::kNotFound) break;
      return tl::make_unexpected(event.error());
    }
    causes.push_back(CauseOf(*event));
    if (auto first = FirstOfDecision(log, *event)) causes.push_back(*first);
    id = event->envelope.cause();
  }
  std::reverse(causes.begin(), causes.end());
  return causes;
}

}  // namespace throughline::notifications
