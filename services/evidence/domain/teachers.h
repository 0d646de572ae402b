// Who teaches which classes of a school, as rosters say: what decides whose names a teacher may
// know. On the school's key. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/errors.h"
#include "decider/state.h"
#include "throughline/evidence/v1/evidence_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::evidence {

// So many of each kind of change a request of a roster may hold.
constexpr int kOfEachAtMost = 1000;

// What is wrong with what the request says of teachers; `is_class` says which classes there are.
std::optional<core::Error> CheckTeachers(
    const v1::UpdateRosterRequest& request,
    const std::function<bool(const std::string& class_id)>& is_class);

// Teachers who teach other classes than before once the request, which has been checked, is
// applied.
v1::TeachersChanged TeachersAfter(const v1::UpdateRosterRequest& request,
                                  const decider::State& state);

void Apply(const v1::TeachersChanged& changed, decider::State& state);

}  // namespace throughline::evidence
