// A team, a cycle's indicator and a student of it: by what they are known, and the keys of their
// rows.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/keys_under.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// A team of a school.
struct TeamKey {
  std::string district;
  std::string school;
  std::string team;
  auto operator<=>(const TeamKey&) const = default;
};

// One indicator of one cycle of a team.
struct EvidenceKey {
  TeamKey team;
  std::string cycle;
  std::string indicator;
  auto operator<=>(const EvidenceKey&) const = default;
};

std::string RowKeyOf(const TeamKey& team);
std::string RowKeyOf(const EvidenceKey& evidence);
std::string ContributionKey(const EvidenceKey& evidence, std::string_view student);
// Trails of a school, by stretch of days before student, so that what comes in together lies
// together.
core::KeysUnder TrailKeys(std::string_view district, std::string_view school,
                          std::string_view indicator, int32_t stretch);

// Of rows that each student has: their tables, and keys by student.
using StudentKeys = std::vector<std::pair<std::string_view, core::KeysUnder>>;

// Whether what is watched under this id is a school year: no id of a cycle begins so.
inline bool IsSchoolYear(std::string_view cycle) { return cycle.starts_with('@'); }

// The watched cycle; nullptr when it is not watched (any more).
const v1::Watch* FindWatch(const v1::TeamRow& team, std::string_view cycle);

}  // namespace throughline::evidence
