#include "district/district_notes.h"

#include "core/key.h"
#include "core/time_zone.h"

namespace throughline::district {

namespace {

void Follow(const std::string& district, const std::string& school, decider::Turn& turn) {
  plans::v1::PlaceFollowed followed;
  followed.set_district(district);
  followed.set_school(school);
  turn.Emit(followed, core::Key{district, school}.Text());
}

}  // namespace

void Follow(const plans::v1::DistrictAdopted& adopted, decider::Turn& turn) {
  const plans::v1::District& district = adopted.district();
  if (district.version() != 1) return;
  if (turn.state().Find(kDistricts, district.district()) != nullptr) return;
  Follow(district.district(), "", turn);
}

void Follow(const plans::v1::SchoolChanged& changed, decider::Turn& turn) {
  const plans::v1::School& school = changed.school();
  if (school.version() != 1) return;
  const std::string key = core::Key{school.district(), school.school()}.Text();
  if (turn.state().Find(kSchools, key) != nullptr) return;
  Follow(school.district(), school.school(), turn);
}

bool IsFollowed(const decider::State& state, std::string_view district, std::string_view school) {
  return state.Find(kFollowed, core::Key{district, school}.Text()) != nullptr;
}

void Decide(const plans::v1::DistrictAdopted& adopted, decider::Turn& turn) {
  const auto* known = turn.state().Find(kDistricts, adopted.district().district());
  if (known != nullptr && known->version() >= adopted.district().version()) return;
  plans::v1::DistrictNoted noted;
  *noted.mutable_district() = adopted.district();
  turn.Emit(noted, adopted.district().district());
}

void NoteAgain(const plans::v1::DistrictNoted& noted, const common::v1::Policy& change,
               decider::Turn& turn) {
  plans::v1::DistrictNoted now = noted;
  now.mutable_district()->mutable_policy()->MergeFrom(change);
  turn.Emit(now, now.district().district());
}

void NoteAgain(std::string_view district, const common::v1::Policy& change, decider::Turn& turn) {
  const auto* known = turn.state().Find(kDistricts, district);
  if (known == nullptr) return;
  plans::v1::DistrictNoted noted;
  *noted.mutable_district() = *known;
  NoteAgain(noted, change, turn);
}

void Decide(const plans::v1::SchoolChanged& changed, decider::Turn& turn) {
  const std::string key = core::Key{changed.school().district(), changed.school().school()}.Text();
  const auto* known = turn.state().Find(kSchools, key);
  if (known != nullptr && known->version() >= changed.school().version()) return;
  plans::v1::SchoolNoted noted;
  *noted.mutable_school() = changed.school();
  turn.Emit(noted, key);
}

void Decide(const plans::v1::TeamChanged& changed, decider::Turn& turn) {
  const plans::v1::Team& team = changed.team();
  const std::string school = core::Key{team.district(), team.school()}.Text();
  const auto* known = turn.state().Find(kTeams, core::JoinKey(school, team.team()));
  if (known != nullptr && known->version() >= team.version()) return;
  plans::v1::TeamNoted noted;
  *noted.mutable_team() = team;
  turn.Emit(noted, school);
}

void Decide(const plans::v1::SitePlanPublished& published, decider::Turn& turn) {
  const plans::v1::SitePlan& plan = published.plan();
  const std::string school = core::Key{plan.district(), plan.school()}.Text();
  plans::v1::IndicatorsNoted noted;
  noted.set_district(plan.district());
  noted.set_school(plan.school());
  for (const plans::v1::SuccessIndicator& one : plan.indicators()) {
    const auto* known = turn.state().Find(kIndicators, core::JoinKey(school, one.indicator()));
    if (known != nullptr && known->statement() == one.statement()) continue;
    plans::v1::NotedIndicator& indicator = *noted.add_indicators();
    indicator.set_indicator(one.indicator());
    indicator.set_statement(one.statement());
  }
  if (!noted.indicators().empty()) turn.Emit(noted, school);
}

void Apply(const plans::v1::DistrictNoted& noted, decider::State& state) {
  state.Edit(kDistricts, noted.district().district()) = noted.district();
}

void Apply(const plans::v1::SchoolNoted& noted, decider::State& state) {
  state.Edit(kSchools, core::Key{noted.school().district(), noted.school().school()}.Text()) =
      noted.school();
}

void Apply(const plans::v1::TeamNoted& noted, decider::State& state) {
  const plans::v1::Team& team = noted.team();
  state.Edit(kTeams, core::JoinKey(team.district(), team.school(), team.team())) = team;
}

void Apply(const plans::v1::IndicatorsNoted& noted, decider::State& state) {
  const std::string school = core::Key{noted.district(), noted.school()}.Text();
  for (const plans::v1::NotedIndicator& one : noted.indicators()) {
    state.Edit(kIndicators, core::JoinKey(school, one.indicator())) = one;
  }
}

void Apply(const plans::v1::PlaceFollowed& followed, decider::State& state) {
  state.Edit(kFollowed, core::Key{followed.district(), followed.school()}.Text()) = followed;
}

core::InstructionalCalendar CalendarOf(const plans::v1::District* district,
                                       const plans::v1::School* school) {
  std::vector<core::InstructionalCalendar::Term> terms;
  std::vector<core::Date> closures;
  const auto add = [&](const auto& dates) {
    for (const std::string& text : dates) {
      if (auto date = core::ParseDate(text)) closures.push_back(*date);
    }
  };
  if (district != nullptr) {
    for (const auto& term : district->calendar().terms()) {
      auto first = core::ParseDate(term.first()), last = core::ParseDate(term.last());
      if (first && last) terms.push_back({*first, *last});
    }
    add(district->calendar().closures());
  }
  if (school != nullptr) add(school->closures());
  // What plans adopted is valid; should it not be, weekdays are what is left.
  auto calendar = core::InstructionalCalendar::Create(std::move(terms), closures);
  return calendar ? *calendar : core::InstructionalCalendar();
}

core::InstructionalCalendar CalendarOf(const decider::State& state, std::string_view district,
                                       std::string_view school) {
  return CalendarOf(state.Find(kDistricts, district),
                    state.Find(kSchools, core::Key{district, school}.Text()));
}

const common::v1::Policy& PolicyOf(const decider::State& state, std::string_view district) {
  const auto* known = state.Find(kDistricts, district);
  return known == nullptr ? common::v1::Policy::default_instance() : known->policy();
}

std::string_view ZoneOf(const decider::State& state, std::string_view district) {
  const auto* known = state.Find(kDistricts, district);
  return known == nullptr ? std::string_view("UTC") : std::string_view(known->time_zone());
}

core::Date TodayOf(std::string_view district, const decider::Turn& turn) {
  return core::LocalDate(turn.now(), ZoneOf(turn.state(), district));
}

}  // namespace throughline::district
