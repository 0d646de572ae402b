#include "cycles/domain/waves/assigned_by_lot.h"

#include <vector>

#include "cycles/domain/practices/library_rows.h"
#include "cycles/domain/tables.h"

namespace throughline::cycles {

namespace {

std::string LotKey(const std::string& district, const std::string& practice,
                   const v1::LotRow& lot) {
  return JoinKey(district, practice, lot.school(), lot.team());
}

}  // namespace

bool IsByLot(const std::string& district, const std::string& practice, const std::string& school,
             const std::string& team, const decider::State& state) {
  const std::string key = JoinKey(district, practice, school, team);
  const auto* lot = state.Find(kLots, key);
  if (lot == nullptr) return false;
  const auto* adoption = state.Find(kAdopters, key);
  // Dates in ISO are in the order of time.
  return adoption != nullptr && adoption->begun_on() >= lot->begins_on();
}

void NoteLots(const v1::Wave& drawn, decider::State& state) {
  if (!drawn.by_lot()) return;
  const std::string practice = Canonical(state, kLibrary, drawn.district(), drawn.practice());
  for (const v1::WaveTeam& team : drawn.teams()) {
    if (team.begins_on().empty()) continue;
    v1::LotRow lot;
    lot.set_school(team.school());
    lot.set_team(team.team());
    lot.set_wave(drawn.wave());
    lot.set_begins_on(team.begins_on());
    state.Edit(kLots, LotKey(drawn.district(), practice, lot)) = lot;
  }
}

void ForgetLots(const v1::Wave& cancelled, decider::State& state) {
  const std::string practice =
      Canonical(state, kLibrary, cancelled.district(), cancelled.practice());
  for (const v1::WaveTeam& team : cancelled.teams()) {
    const std::string key = JoinKey(cancelled.district(), practice, team.school(), team.team());
    const auto* lot = state.Find(kLots, key);
    if (lot != nullptr && lot->wave() == cancelled.wave()) state.Erase(kLots, key);
  }
}

void MoveLots(const v1::Practice& merged, decider::State& state) {
  std::vector<v1::LotRow> lots;
  state.ForEach(kLots, JoinKey(merged.district(), merged.practice(), ""),
                [&](const std::string&, const v1::LotRow& lot) { lots.push_back(lot); });
  const std::string into = Canonical(state, kLibrary, merged.district(), merged.merged_into());
  for (const v1::LotRow& lot : lots) {
    state.Erase(kLots, LotKey(merged.district(), merged.practice(), lot));
    state.Edit(kLots, LotKey(merged.district(), into, lot)) = lot;
  }
}

}  // namespace throughline::cycles
