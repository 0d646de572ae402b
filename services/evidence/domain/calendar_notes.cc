#include "evidence/domain/calendar_notes.h"

#include "core/ids.h"
#include "evidence/domain/tables.h"

namespace throughline::evidence {

void Decide(const plans::v1::DistrictAdopted& adopted, decider::Turn& turn) {
  const auto* known = turn.state().Find(kDistricts, adopted.district().district());
  if (known != nullptr && known->version() >= adopted.district().version()) return;
  v1::DistrictNoted noted;
  *noted.mutable_district() = adopted.district();
  turn.Emit(noted, adopted.district().district());
}

void Decide(const plans::v1::SchoolChanged& changed, decider::Turn& turn) {
  const std::string key = core::SchoolKey(changed.school().district(), changed.school().school());
  const auto* known = turn.state().Find(kSchools, key);
  if (known != nullptr && known->version() >= changed.school().version()) return;
  v1::SchoolNoted noted;
  *noted.mutable_school() = changed.school();
  turn.Emit(noted, key);
}

void Apply(const v1::DistrictNoted& noted, decider::State& state) {
  state.Edit(kDistricts, noted.district().district()) = noted.district();
}

void Apply(const v1::SchoolNoted& noted, decider::State& state) {
  state.Edit(kSchools, core::SchoolKey(noted.school().district(), noted.school().school())) =
      noted.school();
}

core::InstructionalCalendar CalendarOf(const decider::State& state, std::string_view district,
                                       std::string_view school) {
  std::vector<core::InstructionalCalendar::Term> terms;
  std::vector<core::Date> closures;
  const auto add = [&](const auto& dates) {
    for (const std::string& text : dates) {
      if (auto date = core::ParseDate(text)) closures.push_back(*date);
    }
  };
  if (const auto* known = state.Find(kDistricts, district)) {
    for (const auto& term : known->calendar().terms()) {
      auto first = core::ParseDate(term.first()), last = core::ParseDate(term.last());
      if (first && last) terms.push_back({*first, *last});
    }
    add(known->calendar().closures());
  }
  if (const auto* known = state.Find(kSchools, core::SchoolKey(district, school))) {
    add(known->closures());
  }
  // What plans adopted is valid; should it not be, weekdays are what is left.
  auto calendar = core::InstructionalCalendar::Create(std::move(terms), std::move(closures));
  return calendar ? *calendar : core::InstructionalCalendar();
}

const common::v1::Policy& PolicyOf(const decider::State& state, std::string_view district) {
  const auto* known = state.Find(kDistricts, district);
  return known == nullptr ? common::v1::Policy::default_instance() : known->policy();
}

std::string_view ZoneOf(const decider::State& state, std::string_view district) {
  const auto* known = state.Find(kDistricts, district);
  return known == nullptr ? std::string_view("UTC") : std::string_view(known->time_zone());
}

}  // namespace throughline::evidence
