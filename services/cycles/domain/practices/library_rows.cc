#include "cycles/domain/practices/library_rows.h"

#include "core/folded_text.h"
#include "core/ids.h"

namespace throughline::cycles {

namespace {

constexpr int kMergesAtMost = 100;  // one after the other; more would be a circle

}  // namespace

std::string PracticeIdOf(std::string_view name) {
  const std::string folded = core::Folded(name);
  return folded.empty() ? "" : core::DerivedId({"practice", folded});
}

std::string Canonical(const decider::State& state, const Library& library,
                      std::string_view district, std::string_view practice) {
  std::string id(practice);
  if (const auto* row = state.Find(library.names, JoinKey(district, id))) id = row->practice();
  for (int i = 0; i < kMergesAtMost; ++i) {
    const auto* found = state.Find(library.practices, JoinKey(district, id));
    if (found == nullptr || found->state() != v1::PRACTICE_STATE_MERGED) break;
    id = found->merged_into();
  }
  return id;
}

std::string PracticeNamed(const decider::State& state, const Library& library,
                          std::string_view district, std::string_view text) {
  return Canonical(state, library, district, PracticeIdOf(text));
}

const v1::Practice* FindPractice(const decider::State& state, const Library& library,
                                 std::string_view district, std::string_view practice) {
  return state.Find(library.practices, JoinKey(district, practice));
}

std::vector<std::string> AllNamesOf(const v1::Practice& practice) {
  std::vector<std::string> names{practice.practice(), practice.name()};
  names.insert(names.end(), practice.other_names().begin(), practice.other_names().end());
  return names;
}

bool Store(const v1::Practice& practice, const Library& library, decider::State& state) {
  state.Edit(library.practices, JoinKey(practice.district(), practice.practice())) = practice;
  if (practice.state() == v1::PRACTICE_STATE_MERGED) return true;
  bool leads_elsewhere = false;
  for (const std::string& name : AllNamesOf(practice)) {
    const std::string id = PracticeIdOf(name);
    if (id.empty()) continue;
    const std::string key = JoinKey(practice.district(), id);
    const auto* row = state.Find(library.names, key);
    const bool is_as_before = row != nullptr && row->practice() == practice.practice();
    leads_elsewhere = leads_elsewhere || (id != practice.practice() && !is_as_before);
    state.Edit(library.names, key).set_practice(practice.practice());
  }
  return leads_elsewhere;
}

}  // namespace throughline::cycles
