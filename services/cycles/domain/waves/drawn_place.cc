#include "cycles/domain/waves/drawn_place.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/time_zone.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/schedule.h"
#include "cycles/domain/tables.h"
#include "disclosure/numbers_in_words.h"

namespace throughline::cycles {

namespace {

std::string PlaceKey(const v1::DrawnPlace& place) {
  return JoinKey(place.district(), place.school(), place.team(), place.wave());
}

std::string TimerOf(const v1::DrawnPlace& place) {
  return std::string(kPlaceOver) + PlaceKey(place);
}

v1::Condition PlaceCondition(const v1::DrawnPlace& place) {
  v1::Condition condition;
  condition.set_district(place.district());
  condition.set_school(place.school());
  condition.set_team(place.team());
  condition.set_wave(place.wave());
  condition.set_trigger(common::v1::TRIGGER_PLACE_DRAWN);
  condition.set_severity(v1::SEVERITY_INFO);
  return condition;
}

std::string ReasonOf(const v1::DrawnPlace& place) {
  if (place.begins_on().empty()) {
    return fmt::format(
        "The team waits for the practice \"{}\": in the draw it came {}, and there "
        "were fewer places.",
        place.name(), place.rank());
  }
  return fmt::format("The team begins with the practice \"{}\" on {}: in the draw it came {}.",
                     place.name(), disclosure::DayInWords(place.begins_on()), place.rank());
}

void Note(const v1::DrawnPlace& place, decider::Turn& turn) {
  v1::PlaceDrawn drawn;
  *drawn.mutable_place() = place;
  turn.Emit(drawn, core::Key{place.district(), place.school()}.Text());
  TellPlace(place, turn);
}

}  // namespace

void TellPlace(const v1::DrawnPlace& place, decider::Turn& turn) {
  v1::Condition condition = PlaceCondition(place);
  if (place.cancelled()) return Clear(condition, turn);
  condition.set_reason(ReasonOf(place));
  Raise(condition, turn);
}

void Decide(const v1::WaveDrawn& drawn, decider::Turn& turn) {
  const v1::Wave& wave = drawn.wave();
  for (const v1::WaveTeam& team : wave.teams()) {
    v1::DrawnPlace place;
    place.set_district(wave.district());
    place.set_school(team.school());
    place.set_team(team.team());
    const auto* known =
        turn.state().Find(district::kTeams, JoinKey(wave.district(), team.school(), team.team()));
    if (known == nullptr) continue;  // of another partition
    place.set_wave(wave.wave());
    place.set_practice(wave.practice());
    place.set_name(wave.name());
    place.set_rank(team.rank());
    place.set_begins_on(team.begins_on());
    place.set_last_start(wave.starts().rbegin()->date());
    place.set_by_lot(wave.by_lot());
    if (turn.state().Find(kDrawnPlaces, PlaceKey(place)) == nullptr) Note(place, turn);
  }
}

void Decide(const v1::WaveCancelled& cancelled, decider::Turn& turn) {
  const v1::Wave& wave = cancelled.wave();
  for (const v1::WaveTeam& team : wave.teams()) {
    const auto* known = turn.state().Find(
        kDrawnPlaces, JoinKey(wave.district(), team.school(), team.team(), wave.wave()));
    if (known == nullptr || known->cancelled()) continue;
    v1::DrawnPlace place = *known;
    place.set_cancelled(true);
    Note(place, turn);
  }
}

void DecidePlaceOver(std::string_view timer, decider::Turn& turn) {
  const auto* place = turn.state().Find(kDrawnPlaces, timer.substr(kPlaceOver.size()));
  if (place != nullptr) Clear(PlaceCondition(*place), turn);
}

void Apply(const v1::PlaceDrawn& drawn, decider::State& state) {
  const v1::DrawnPlace& place = drawn.place();
  state.Edit(kDrawnPlaces, PlaceKey(place)) = place;
  if (place.cancelled()) return state.ClearTimer(TimerOf(place));
  const std::string& day = place.begins_on().empty() ? place.last_start() : place.begins_on();
  state.SetTimer(TimerOf(place),
                 core::StartOfDay(DateOf(day), district::ZoneOf(state, place.district())));
}

}  // namespace throughline::cycles
