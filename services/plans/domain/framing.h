// The framing of a school's plan in force: fragmented, rogue, compliant or focused, by what the
// plan says, what the district works on, and what the school's teams do now. It is decided anew
// whenever one of these changes, and on the days on which a progression begins or is no longer
// current.
#pragma once

#include <vector>

#include "decider/decider.h"
#include "throughline/plans/v1/district.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::plans {

inline constexpr std::string_view kFramingDue = "framing/";  // + district/school/day

// What an active team works on now; without indicators when it has no current progression.
struct TeamFocus {
  std::string team;
  std::vector<std::string> indicators;
};

// A pure function of what the district works on and how it frames, of the plan in force, and of the
// active teams in order. Without `version` and names of the plan's place.
v1::PlanFraming FramingOf(const v1::District& district, const v1::SitePlan& plan,
                          const std::vector<TeamFocus>& teams);
// Of a school that has no plan in force.
v1::PlanFraming WithoutPlan(std::string_view district, std::string_view school);

// Says what the framing is now, if that is something new. To be called last, for it sees what was
// emitted before.
void DecideFraming(std::string_view district, std::string_view school, decider::Turn& turn);
// Of every school of the district that this partition has.
void DecideFramings(std::string_view district, decider::Turn& turn);
void DecideFramingDue(std::string_view timer, decider::Turn& turn);

void Apply(const v1::SitePlanFramed& framed, decider::State& state);
// For Apply of what moves the days of progressions: of one of them, of those of a school, or of a
// district (an empty school).
void SetFramingTimers(const v1::LearningProgression& progression, core::Instant now,
                      decider::State& state);
void SetFramingTimers(std::string_view district, std::string_view school, core::Instant now,
                      decider::State& state);

}  // namespace throughline::plans
