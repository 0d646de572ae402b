#include "plans/domain/school.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <set>

#include "core/ids.h"
#include "plans/domain/errors.h"
#include "plans/domain/framing.h"
#include "plans/domain/limits.h"
#include "plans/domain/school_calendar.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

constexpr int kTeamsAtMost = 500;
constexpr size_t kSchoolNameAtMost = 500;  // and of a team's

std::optional<Error> Check(const v1::School& school, const decider::State& state) {
  if (!core::IsId(school.school())) return IdInvalid("school.school");
  if (school.name().size() > kSchoolNameAtMost)
    return TextTooLong("school.name", kSchoolNameAtMost);
  if (school.closures_size() > kClosuresAtMost) return TooMany("school.closures", kClosuresAtMost);
  const auto* district = state.Find(kAdopted, school.district());
  if (district == nullptr) return DistrictUnknown(school.district());
  if (auto calendar = CalendarOf(district->calendar(), school.closures()); !calendar) {
    return calendar.error();
  }
  return std::nullopt;
}

std::optional<Error> Check(const v1::UpsertTeamsRequest& request, const decider::State& state) {
  if (state.Find(kAdopted, request.district()) == nullptr) {
    return DistrictUnknown(request.district());
  }
  if (state.Find(kSchools, core::Key{request.district(), request.school()}.Text()) == nullptr) {
    return SchoolUnknown(request.school());
  }
  if (request.teams().empty()) return Missing("teams", "at least one team");
  if (request.teams_size() > kTeamsAtMost) return TooMany("teams", kTeamsAtMost);
  std::set<std::string> ids;
  for (int i = 0; i < request.teams_size(); ++i) {
    const v1::Team& team = request.teams(i);
    if (!core::IsId(team.team())) return IdInvalid(fmt::format("teams[{}].team", i));
    if (!ids.insert(team.team()).second) return DoubleId(fmt::format("teams[{}].team", i));
    if (team.name().size() > kSchoolNameAtMost) {
      return TextTooLong(fmt::format("teams[{}].name", i), kSchoolNameAtMost);
    }
    const auto* known =
        state.Find(kTeams, JoinKey(request.district(), request.school(), team.team()));
    const int64_t version = known == nullptr ? 0 : known->version();
    if (team.version() != 0 && team.version() != version) {
      return VersionStale(fmt::format("teams[{}].version", i), team.version(), version);
    }
  }
  return std::nullopt;
}

// What a request leaves out is as it was.
void Complete(const v1::School& known, bool clear_closures, v1::School& school) {
  if (school.name().empty()) school.set_name(known.name());
  if (school.closures().empty() && !clear_closures) *school.mutable_closures() = known.closures();
}

void Complete(const v1::Team* known, v1::Team& team) {
  if (known != nullptr && team.name().empty()) team.set_name(known->name());
  if (!team.has_active()) team.set_active(known == nullptr || known->active());
}

// A team that was recorded without saying that it does not work, does not.
bool IsSame(v1::Team known, const v1::Team& team) {
  known.set_active(known.active());
  return MessageDifferencer::Equals(known, team);
}

}  // namespace

void Decide(const v1::UpsertSchoolRequest& request, decider::Turn& turn) {
  v1::School school = request.school();
  const std::string key = core::Key{school.district(), school.school()}.Text();
  const auto* known = turn.state().Find(kSchools, key);
  if (known != nullptr) Complete(*known, request.clear_closures(), school);
  if (auto error = Check(school, turn.state())) return turn.Refuse(*error);
  const int64_t version = known == nullptr ? 0 : known->version();
  if (school.version() != 0 && school.version() != version) {
    return turn.Refuse(VersionStale("school.version", school.version(), version));
  }
  school.set_version(version);
  if (known == nullptr || !MessageDifferencer::Equals(*known, school)) {
    school.set_version(version + 1);
    v1::SchoolChanged changed;
    *changed.mutable_school() = school;
    turn.Emit(changed, key);
    DecideFraming(school.district(), school.school(), turn);
  }
  v1::UpsertSchoolResponse response;
  *response.mutable_school() = school;
  turn.Answer(response);
}

void Decide(const v1::UpsertTeamsRequest& request, decider::Turn& turn) {
  if (auto error = Check(request, turn.state())) return turn.Refuse(*error);
  v1::UpsertTeamsResponse response;
  for (v1::Team team : request.teams()) {
    team.set_district(request.district());
    team.set_school(request.school());
    const auto* known =
        turn.state().Find(kTeams, JoinKey(request.district(), request.school(), team.team()));
    const int64_t version = known == nullptr ? 0 : known->version();
    Complete(known, team);
    team.set_version(version);
    if (known == nullptr || !IsSame(*known, team)) {
      team.set_version(version + 1);
      v1::TeamChanged changed;
      *changed.mutable_team() = team;
      turn.Emit(changed, core::Key{request.district(), request.school()}.Text());
    }
    *response.add_teams() = team;
  }
  DecideFraming(request.district(), request.school(), turn);
  turn.Answer(response);
}

void Apply(const v1::SchoolChanged& changed, core::Instant now, decider::State& state) {
  const v1::School& school = changed.school();
  state.Edit(kSchools, core::Key{school.district(), school.school()}.Text()) = school;
  SetFramingTimers(school.district(), school.school(), now, state);
}

void Apply(const v1::TeamChanged& changed, decider::State& state) {
  const v1::Team& team = changed.team();
  state.Edit(kTeams, JoinKey(team.district(), team.school(), team.team())) = team;
}

}  // namespace throughline::plans
