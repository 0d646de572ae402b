#include "cycles/domain/visit.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>

#include "core/display_text.h"
#include "core/ids.h"
#include "cycles/domain/commitment.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/look_for_rubrics.h"
#include "cycles/domain/look_fors.h"
#include "cycles/domain/named_elsewhere.h"
#include "cycles/domain/visit_packet.h"
#include "cycles/domain/visit_rows.h"
#include "cycles/domain/visit_steps.h"
#include "cycles/domain/visit_timers.h"
#include "disclosure/numbers_in_words.h"

namespace throughline::cycles {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kVisitorsAtLeast = 2;
constexpr int kVisitorsAtMost = 20;
constexpr int kDebriefTexts = 10;
constexpr core::Date kFirstDay{std::chrono::year{1970} / 1 / 1};
constexpr core::Date kLastDay{std::chrono::year{2999} / 12 / 31};

std::vector<v1::VisitRoom> RoomsOf(const v1::Visit& visit, const decider::State& state) {
  std::vector<v1::VisitRoom> rooms;
  state.ForEach(kVisitRooms, JoinKey(KeyOf(visit), ""),
                [&](const std::string&, const v1::VisitRoom& room) { rooms.push_back(room); });
  return rooms;
}

std::optional<Error> CheckVisitors(const v1::PlanVisitRequest& request) {
  std::set<std::string> different;
  for (const std::string& school : request.visitors()) {
    if (core::IsId(school) && school != request.host()) different.insert(school);
  }
  const int count = request.visitors_size();
  const bool are_valid = static_cast<int>(different.size()) == count && count >= kVisitorsAtLeast &&
                         count <= kVisitorsAtMost;
  if (are_valid) return std::nullopt;
  return VisitorsInvalid(kVisitorsAtLeast, kVisitorsAtMost);
}

// What was planned for the host on that day, in order.
std::vector<const v1::Visit*> VisitsOn(const v1::PlanVisitRequest& request,
                                       const decider::State& state) {
  std::vector<const v1::Visit*> visits;
  state.ForEach(kVisits, JoinKey(request.district(), request.host(), request.date()),
                [&](const std::string&, const v1::Visit& one) { visits.push_back(&one); });
  return visits;
}

std::optional<Error> CheckDay(const v1::PlanVisitRequest& request, const decider::Turn& turn) {
  const auto date = core::ParseDate(request.date());
  if (!date || *date < kFirstDay || *date > kLastDay) return DateInvalid("date");
  const core::Date today = district::TodayOf(request.district(), turn);
  if (*date < today) return VisitInPast(core::FormatDate(today));
  const auto calendar = district::CalendarOf(turn.state(), request.district(), request.host());
  if (!calendar.IsInstructional(*date)) return NotInstructional(request.date());
  for (const v1::Visit* there : VisitsOn(request, turn.state())) {
    if (there->state() != v1::VISIT_STATE_CANCELLED) return VisitThatDay(there->visit());
  }
  return std::nullopt;
}

// What the host wants to be looked at: its look-fors, with what their rubrics say.
template <class Request>
core::Result<LookFors> CheckPreparation(const Request& request, const decider::State& state) {
  if (auto error =
          core::CheckDisplayText(request.problem_of_practice(), "problem_of_practice", 1000)) {
    return core::Refuse(*error);
  }
  auto look_fors = WithRubrics(request.district(), request.look_fors(), state);
  if (!look_fors) return look_fors;
  if (auto error = CheckLookFors(*look_fors)) return core::Refuse(*error);
  for (int i = 0; i < request.look_fors_size(); ++i) {
    const std::string& indicator = request.look_fors(i).indicator();
    if (indicator.empty()) continue;
    if (auto error = CheckIndicator({request.district(), request.host()},
                                    fmt::format("look_fors[{}].indicator", i), indicator, state)) {
      return core::Refuse(*error);
    }
  }
  return look_fors;
}

std::optional<Error> Check(const v1::PlanVisitRequest& request, const decider::Turn& turn) {
  if (turn.state().Find(district::kDistricts, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  const std::string host = core::Key{request.district(), request.host()}.Text();
  if (request.host().empty() || turn.state().Find(district::kSchools, host) == nullptr) {
    return SchoolUnknown(request.host());
  }
  if (auto error = CheckVisitors(request)) return error;
  return CheckDay(request, turn);
}

template <class Strings>
std::optional<Error> CheckTexts(const Strings& texts, const std::string& field) {
  if (texts.size() > kDebriefTexts) return DebriefInvalid(field, kDebriefTexts);
  for (int i = 0; i < texts.size(); ++i) {
    const std::string one = fmt::format("{}[{}]", field, i);
    if (texts[i].empty()) return NothingSaid(one);
    if (auto error = core::CheckDisplayText(texts[i], one, 500)) return error;
  }
  return std::nullopt;
}

std::optional<Error> CheckDebrief(const v1::Debrief& debrief) {
  if (auto error = CheckTexts(debrief.patterns(), "debrief.patterns")) return error;
  if (auto error = CheckTexts(debrief.predictions(), "debrief.predictions")) return error;
  return core::CheckDisplayText(debrief.next_level_of_work(), "debrief.next_level_of_work", 1000);
}

// Records the visit as it is after an event of that type.
template <class EventType>
void Emit(const v1::Visit& visit, decider::Turn& turn) {
  EventType event;
  *event.mutable_visit() = visit;
  event.mutable_visit()->set_version(visit.version() + 1);
  turn.Emit(event, SubjectOf(visit));
}

template <class Response>
void Answer(const v1::Visit& visit, decider::Turn& turn) {
  Response response;
  *response.mutable_visit() = *turn.state().Find(kVisits, KeyOf(visit));
  turn.Answer(response);
}

void Hold(v1::Visit visit, const std::vector<v1::VisitRoom>& rooms, decider::Turn& turn) {
  visit.set_state(v1::VISIT_STATE_HELD);
  SetShares(visit, rooms);
  Emit<v1::VisitHeld>(visit, turn);
}

std::optional<Error> EndDebrief(v1::Visit visit, decider::Turn& turn) {
  const core::Date today = district::TodayOf(visit.district(), turn);
  const auto calendar = district::CalendarOf(turn.state(), visit.district(), visit.host());
  if (auto error = SetDue(visit, today, calendar)) return error;
  visit.set_state(v1::VISIT_STATE_DEBRIEFED);
  visit.set_debriefed_on(core::FormatDate(today));
  ClearAll(visit, turn);
  Emit<v1::VisitDebriefed>(visit, turn);
  return std::nullopt;
}

void FollowUp(v1::Visit visit, decider::Turn& turn) {
  visit.set_state(v1::VISIT_STATE_FOLLOWED_UP);
  Emit<v1::VisitFollowedUp>(visit, turn);
}

}  // namespace

void Decide(const v1::PlanVisitRequest& request, decider::Turn& turn) {
  if (auto error = Check(request, turn)) return turn.Refuse(*error);
  auto look_fors = CheckPreparation(request, turn.state());
  if (!look_fors) return turn.Refuse(look_fors.error());
  v1::Visit visit;
  visit.set_district(request.district());
  visit.set_host(request.host());
  visit.set_visit(
      fmt::format("{}-{:02}", request.date(), VisitsOn(request, turn.state()).size() + 1));
  visit.set_date(request.date());
  *visit.mutable_visitors() = request.visitors();
  std::sort(visit.mutable_visitors()->begin(), visit.mutable_visitors()->end());
  visit.set_state(v1::VISIT_STATE_PLANNED);
  visit.set_problem_of_practice(request.problem_of_practice());
  *visit.mutable_look_fors() = *std::move(look_fors);
  Emit<v1::VisitPlanned>(visit, turn);
  Answer<v1::PlanVisitResponse>(visit, turn);
}

void Decide(const v1::PrepareVisitRequest& request, decider::Turn& turn) {
  auto visit = OpenVisit(request, turn);
  if (!visit) return turn.Refuse(visit.error());
  if (auto error = CheckIsHost(*visit, request.school())) return turn.Refuse(*error);
  if (visit->state() > v1::VISIT_STATE_PACKET) {
    return turn.Refuse(WrongStep(visit->state(), v1::VISIT_STATE_PACKET));
  }
  if (request.problem_of_practice().empty()) return turn.Refuse(NothingSaid("problem_of_practice"));
  if (request.look_fors().empty()) return turn.Refuse(NothingSaid("look_fors"));
  auto look_fors = CheckPreparation(request, turn.state());
  if (!look_fors) return turn.Refuse(look_fors.error());
  v1::Visit prepared = *visit;
  prepared.set_problem_of_practice(request.problem_of_practice());
  *prepared.mutable_look_fors() = *std::move(look_fors);
  if (!MessageDifferencer::Equals(prepared, *visit)) {
    if (!RoomsOf(*visit, turn.state()).empty()) return turn.Refuse(RoomsRecorded());
    Emit<v1::VisitPrepared>(prepared, turn);
  }
  Answer<v1::PrepareVisitResponse>(*visit, turn);
}

void Decide(const v1::RecordRoomRequest& request, decider::Turn& turn) {
  auto visit = VisitOf(request, turn);
  if (!visit) return turn.Refuse(visit.error());
  if (visit->state() != v1::VISIT_STATE_PACKET) {
    return turn.Refuse(WrongStep(visit->state(), v1::VISIT_STATE_PACKET));
  }
  if (visit->look_fors().empty()) return turn.Refuse(NotPrepared());
  if (auto error = CheckRoom(request.room(), *visit)) return turn.Refuse(*error);
  v1::RoomRecorded recorded;
  recorded.set_district(visit->district());
  recorded.set_host(visit->host());
  recorded.set_visit(visit->visit());
  *recorded.mutable_room() = request.room();
  recorded.set_school(request.school());
  std::string& id = *recorded.mutable_room()->mutable_room();
  if (id.empty()) id = core::DerivedId({KeyOf(*visit), turn.input_id()});
  const auto* known = turn.state().Find(kVisitRooms, JoinKey(KeyOf(*visit), id));
  if (known == nullptr && RoomsOf(*visit, turn.state()).size() >= kRoomsAtMost) {
    return turn.Refuse(RoomsAtMost(kRoomsAtMost));
  }
  if (known == nullptr || !MessageDifferencer::Equals(*known, recorded.room())) {
    turn.Emit(recorded, SubjectOf(*visit));
  }
  v1::RecordRoomResponse response;
  *response.mutable_room() = recorded.room();
  turn.Answer(response);
}

void Decide(const v1::RecordDebriefRequest& request, decider::Turn& turn) {
  auto visit = OpenVisit(request, turn);
  if (!visit) return turn.Refuse(visit.error());
  if (visit->state() != v1::VISIT_STATE_HELD) {
    return turn.Refuse(WrongStep(visit->state(), v1::VISIT_STATE_HELD));
  }
  if (auto error = CheckDebrief(request.debrief())) return turn.Refuse(*error);
  if (auto error = CheckCommitments(*visit, request, turn.state())) return turn.Refuse(*error);
  v1::Visit changed = *visit;
  *changed.mutable_debrief() = request.debrief();
  TakeCommitments(request, changed);
  if (!MessageDifferencer::Equals(changed, *visit)) Emit<v1::DebriefRecorded>(changed, turn);
  Answer<v1::RecordDebriefResponse>(*visit, turn);
}

void Decide(const v1::EndVisitStepRequest& request, decider::Turn& turn) {
  auto visit = OpenVisit(request, turn);
  if (!visit) return turn.Refuse(visit.error());
  if (visit->state() == v1::VISIT_STATE_PLANNED || visit->state() != request.step()) {
    return turn.Refuse(WrongStep(visit->state(), request.step()));
  }
  const std::vector<v1::VisitRoom> rooms = RoomsOf(*visit, turn.state());
  const std::vector<std::string> missing = MissingForStep(*visit, !rooms.empty());
  if (!missing.empty()) return turn.Refuse(StepIncomplete(missing));
  if (visit->state() == v1::VISIT_STATE_PACKET) {
    Hold(*visit, rooms, turn);
  } else if (visit->state() == v1::VISIT_STATE_HELD) {
    if (auto error = EndDebrief(*visit, turn)) return turn.Refuse(*error);
  } else {
    FollowUp(*visit, turn);
  }
  Answer<v1::EndVisitStepResponse>(*visit, turn);
}

void Decide(const v1::CancelVisitRequest& request, decider::Turn& turn) {
  auto visit = OpenVisit(request, turn);
  if (!visit) return turn.Refuse(visit.error());
  if (auto error = CheckIsHost(*visit, request.school())) return turn.Refuse(*error);
  if (visit->state() >= v1::VISIT_STATE_DEBRIEFED) {
    return turn.Refuse(VisitDebriefed(request.visit()));
  }
  if (request.reason().empty()) return turn.Refuse(VisitReasonMissing());
  if (auto error = core::CheckDisplayText(request.reason(), "reason", 1000)) {
    return turn.Refuse(*error);
  }
  visit->set_state(v1::VISIT_STATE_CANCELLED);
  visit->set_cancel_reason(request.reason());
  ClearAll(*visit, turn);
  Emit<v1::VisitCancelled>(*visit, turn);
  Answer<v1::CancelVisitResponse>(*visit, turn);
}

namespace {

void RaiseVisitOverdue(const v1::Visit& visit, v1::Severity severity, decider::Turn& turn) {
  v1::Condition overdue = ConditionOf(visit, common::v1::TRIGGER_VISIT_OVERDUE);
  overdue.set_severity(severity);
  overdue.set_due(visit.date());
  overdue.set_reason(
      fmt::format("The visit of {} has not been debriefed.", disclosure::DayInWords(visit.date())));
  Raise(overdue, turn);
}

void RaiseCommitmentOverdue(const v1::Visit& visit, const std::string& id, v1::Severity severity,
                            decider::Turn& turn) {
  for (const v1::Commitment& one : visit.commitments()) {
    const bool is_open = one.outcome() == v1::COMMITMENT_OUTCOME_UNSPECIFIED;
    if (one.commitment() != id || !is_open) continue;
    v1::Condition overdue = ConditionOf(visit, one);
    overdue.set_severity(severity);
    overdue.set_due(one.due());
    overdue.set_reason(fmt::format("A commitment of the visit of {} was due on {}: {}",
                                   disclosure::DayInWords(visit.date()),
                                   disclosure::DayInWords(one.due()), one.statement()));
    Raise(overdue, turn);
  }
}

}  // namespace

void DecideTimer(const VisitTimer& timer, decider::Turn& turn) {
  const auto* found = turn.state().Find(kVisits, JoinKey(timer.district, timer.host, timer.visit));
  if (found == nullptr || IsOver(*found)) return;
  const v1::Visit visit = *found;
  if (timer.what == VisitTimer::What::kPacket) {
    if (visit.state() != v1::VISIT_STATE_PLANNED) return;
    v1::VisitPacketTaken taken;
    *taken.mutable_packet() = PacketOf(visit, turn.state(), turn.now());
    taken.set_version(visit.version() + 1);
    return turn.Emit(taken, SubjectOf(visit));
  }
  const bool escalate = timer.what == VisitTimer::What::kEscalate;
  const v1::Severity severity = escalate ? v1::SEVERITY_CRITICAL : v1::SEVERITY_WARNING;
  if (!timer.commitment.empty()) {
    return RaiseCommitmentOverdue(visit, timer.commitment, severity, turn);
  }
  if (visit.state() < v1::VISIT_STATE_DEBRIEFED) RaiseVisitOverdue(visit, severity, turn);
}

void Apply(const v1::VisitPlanned& planned, decider::State& state) {
  state.Edit(kVisits, KeyOf(planned.visit())) = planned.visit();
  SetVisitTimers(planned.visit(), state);
}

void Apply(const v1::VisitPrepared& prepared, decider::State& state) {
  state.Edit(kVisits, KeyOf(prepared.visit())) = prepared.visit();
}

void Apply(const v1::VisitPacketTaken& taken, decider::State& state) {
  const v1::VisitPacket& packet = taken.packet();
  const std::string key = JoinKey(packet.district(), packet.host(), packet.visit());
  state.Edit(kVisitPackets, key) = packet;
  v1::Visit& visit = state.Edit(kVisits, key);
  visit.set_state(v1::VISIT_STATE_PACKET);
  visit.set_version(taken.version());
}

void Apply(const v1::RoomRecorded& recorded, decider::State& state) {
  state.Edit(kVisitRooms, JoinKey(recorded.district(), recorded.host(), recorded.visit(),
                                  recorded.room().room())) = recorded.room();
  v1::RecordedRoom& room =
      state.Edit(kRecordedRooms, JoinKey(recorded.district(), recorded.host(), recorded.visit(),
                                         recorded.school(), recorded.room().room()));
  room.set_room(recorded.room().room());
  room.set_grade(recorded.room().grade());
  room.set_subject(recorded.room().subject());
  room.set_minutes(recorded.room().minutes());
}

void Apply(const v1::VisitHeld& held, decider::State& state) {
  state.Edit(kVisits, KeyOf(held.visit())) = held.visit();
}

void Apply(const v1::DebriefRecorded& recorded, decider::State& state) {
  state.Edit(kVisits, KeyOf(recorded.visit())) = recorded.visit();
}

void Apply(const v1::VisitDebriefed& debriefed, decider::State& state) {
  state.Edit(kVisits, KeyOf(debriefed.visit())) = debriefed.visit();
  ClearVisitTimers(debriefed.visit(), state);
  SetCommitmentTimers(debriefed.visit(), state);
}

void Apply(const v1::VisitFollowedUp& followed_up, decider::State& state) {
  state.Edit(kVisits, KeyOf(followed_up.visit())) = followed_up.visit();
}

void Apply(const v1::VisitCancelled& cancelled, decider::State& state) {
  state.Edit(kVisits, KeyOf(cancelled.visit())) = cancelled.visit();
  ClearVisitTimers(cancelled.visit(), state);
}

}  // namespace throughline::cycles
