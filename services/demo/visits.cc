#include "demo/visits.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "demo/calls.h"
#include "demo/lines.h"
#include "throughline/formatting.h"

namespace throughline::demo {

using core::Result;
using cycles::v1::VisitsService;

namespace {

// The host acts, unless it is said otherwise.
template <class Request>
Request About(const std::string& district, const DemoVisit& visit, const std::string& id,
              const std::string& what) {
  Request request;
  request.set_request_id(fmt::format("demo/visit/{}/{}/{}", visit.visit.host(), id, what));
  request.set_district(district);
  request.set_host(visit.visit.host());
  request.set_school(visit.visit.host());
  request.set_visit(id);
  return request;
}

}  // namespace

Result<void> DemoVisits::Live(core::Date day) {
  for (const DemoVisit& visit : script_.visits) {
    if (auto done = LiveVisit(visit, day); !done) return done;
  }
  return {};
}

Result<void> DemoVisits::LiveVisit(const DemoVisit& visit, core::Date day) {
  if (day == visit.planned_on) {
    if (auto done = Plan(visit); !done) return done;
  }
  if (day == visit.date) {
    if (auto done = Hold(visit); !done) return done;
  }
  const bool answers =
      std::any_of(visit.commitments.begin(), visit.commitments.end(),
                  [&](const DemoCommitment& commitment) { return commitment.answered_on == day; });
  return answers ? AnswerCommitments(visit, day) : Result<void>();
}

Result<void> DemoVisits::Plan(const DemoVisit& visit) {
  cycles::v1::PlanVisitRequest request;
  request.set_request_id(fmt::format("demo/visit/{}/{}", visit.visit.host(), visit.visit.date()));
  request.set_district(script_.district);
  request.set_host(visit.visit.host());
  request.set_date(visit.visit.date());
  *request.mutable_visitors() = visit.visit.visitors();
  request.set_problem_of_practice(visit.visit.problem_of_practice());
  *request.mutable_look_fors() = visit.visit.look_fors();
  return Do(visit.place, *connection_.visits, &VisitsService::Stub::PlanVisit, request);
}

Result<cycles::v1::Visit> DemoVisits::Find(const DemoVisit& visit) {
  cycles::v1::ListVisitsRequest list;
  list.set_district(script_.district);
  list.set_host(visit.visit.host());
  list.set_from(visit.visit.date());
  list.set_until(visit.visit.date());
  auto found = CallFor(visit.place, *connection_.visits, &VisitsService::Stub::ListVisits, list);
  if (!found) return core::Refuse(found.error());
  if (found->visits().empty()) {
    return core::Refuse(InScript(
        visit.place, {core::Code::kNotFound, "VISIT_UNKNOWN", "It was not planned.", "visit"}));
  }
  return found->visits(0);
}

Result<void> DemoVisits::Hold(const DemoVisit& visit) {
  auto found = Find(visit);
  if (!found) return core::Refuse(found.error());
  const std::string& id = found->visit();
  if (auto done = RecordRooms(visit, id); !done) return done;
  if (auto done = EndStep(visit, id, cycles::v1::VISIT_STATE_PACKET); !done) return done;
  if (auto done = Debrief(visit, id); !done) return done;
  if (auto done = EndStep(visit, id, cycles::v1::VISIT_STATE_HELD); !done) return done;
  PrintLine(
      visit.date, "visit",
      fmt::format("people of {} see {} of {}", fmt::join(found->visitors(), " and "),
                  Counted(static_cast<int64_t>(visit.rooms.size()), "room"), visit.visit.host()));
  return {};
}

// The schools that visitors come from take turns.
Result<void> DemoVisits::RecordRooms(const DemoVisit& visit, const std::string& id) {
  const auto& visitors = visit.visit.visitors();
  for (size_t i = 0; i < visit.rooms.size(); ++i) {
    auto request = About<cycles::v1::RecordRoomRequest>(script_.district, visit, id,
                                                        fmt::format("room/{}", i));
    request.set_school(visitors[static_cast<int>(i) % visitors.size()]);
    *request.mutable_room() = visit.rooms[i];
    auto recorded = Do(visit.place, *connection_.visits, &VisitsService::Stub::RecordRoom, request);
    if (!recorded) return recorded;
  }
  return {};
}

Result<void> DemoVisits::Debrief(const DemoVisit& visit, const std::string& id) {
  auto request = About<cycles::v1::RecordDebriefRequest>(script_.district, visit, id, "debrief");
  *request.mutable_debrief() = visit.debrief;
  for (const DemoCommitment& one : visit.commitments) *request.add_commitments() = one.commitment;
  return Do(visit.place, *connection_.visits, &VisitsService::Stub::RecordDebrief, request);
}

// Commitments go by their numbers. Once all are answered, the visit is followed up.
Result<void> DemoVisits::AnswerCommitments(const DemoVisit& visit, core::Date day) {
  auto found = Find(visit);
  if (!found) return core::Refuse(found.error());
  bool all_answered = true;
  for (size_t i = 0; i < visit.commitments.size(); ++i) {
    const DemoCommitment& commitment = visit.commitments[i];
    const bool has_answer = commitment.outcome != cycles::v1::COMMITMENT_OUTCOME_UNSPECIFIED;
    all_answered &= has_answer && commitment.answered_on <= day;
    if (!has_answer || commitment.answered_on != day) continue;
    const std::string number = std::to_string(i + 1);
    auto request = About<cycles::v1::AnswerCommitmentRequest>(script_.district, visit,
                                                              found->visit(), "answer/" + number);
    request.set_commitment(number);
    request.set_outcome(commitment.outcome);
    auto answered =
        Do(commitment.place, *connection_.visits, &VisitsService::Stub::AnswerCommitment, request);
    if (!answered) return answered;
    PrintLine(day, "visit",
              fmt::format("{}: \"{}\" was {}", visit.visit.host(),
                          commitment.commitment.statement(), WordOf(commitment.outcome)));
  }
  if (!all_answered) return {};
  return EndStep(visit, found->visit(), cycles::v1::VISIT_STATE_DEBRIEFED);
}

Result<void> DemoVisits::EndStep(const DemoVisit& visit, const std::string& id,
                                 cycles::v1::VisitState step) {
  auto request =
      About<cycles::v1::EndVisitStepRequest>(script_.district, visit, id, "end/" + WordOf(step));
  request.set_step(step);
  return Do(visit.place, *connection_.visits, &VisitsService::Stub::EndVisitStep, request);
}

}  // namespace throughline::demo
