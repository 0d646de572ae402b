// Visits in the state: where they are, whose they are, and what holds of them.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "cycles/domain/errors.h"
#include "cycles/domain/tables.h"
#include "decider/decider.h"
#include "throughline/cycles/v1/visit_events.pb.h"

namespace throughline::cycles {

// Of the host, which a visit is kept with.
std::string SubjectOf(const v1::Visit& visit);
std::string KeyOf(const v1::Visit& visit);

bool IsOver(const v1::Visit& visit);

// NOT_AT_THE_VISIT when people of `school` do not take part in it. An empty school is the district,
// which takes part in all of them.
std::optional<core::Error> CheckTakesPart(const v1::Visit& visit, const std::string& school);
// NOT_THE_HOST when `school` is another one than the host.
std::optional<core::Error> CheckIsHost(const v1::Visit& visit, const std::string& school);

// The visit that a command is about, when people of its school take part.
template <class Request>
core::Result<v1::Visit> VisitOf(const Request& request, const decider::Turn& turn) {
  if (request.host().empty()) return core::Refuse(core::SchoolUnknown(""));
  const auto* visit =
      turn.state().Find(kVisits, JoinKey(request.district(), request.host(), request.visit()));
  if (visit == nullptr) return core::Refuse(VisitUnknown(request.visit()));
  if (auto error = CheckTakesPart(*visit, request.school())) return core::Refuse(*error);
  return *visit;
}

// The same, when it is of the version expected and not over.
template <class Request>
core::Result<v1::Visit> OpenVisit(const Request& request, const decider::Turn& turn) {
  auto visit = VisitOf(request, turn);
  if (!visit) return visit;
  if (request.expected_version() != 0 && request.expected_version() != visit->version()) {
    return core::Refuse(
        VersionStale("expected_version", request.expected_version(), visit->version()));
  }
  if (IsOver(*visit)) return core::Refuse(VisitOver(request.visit()));
  return visit;
}

// A condition of the visit, or of one of its commitments.
v1::Condition ConditionOf(const v1::Visit& visit, common::v1::Trigger trigger);
v1::Condition ConditionOf(const v1::Visit& visit, const v1::Commitment& commitment);
// Clears whatever holds of the visit and its commitments.
void ClearAll(const v1::Visit& visit, decider::Turn& turn);

}  // namespace throughline::cycles
