// How the students of a team changed since their baselines, as a part of the sums of its school and
// of its district. Pure functions.
//
// A difference between groups that is taken within teams rests on a few terms of each team
// (core/statistics/anytime_valid.h). They are rounded once, to whole numbers, so that sums of teams
// are exact: whatever the order, and whatever was taken out again. Scores are in millionths: of the
// scale, or of a standard deviation of the district. In those,
//
//   squares   about the mean of the team, in whole ones;
//   weight    n1 n2 / (n1 + n2), in steps of 2^-32;
//   change    weight times the difference of the means, and `baseline` the same, in steps of 2^-16.
//
// Of ten million students in 100,000 teams none of these leaves 64 bits, and squares have 128.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/statistics/anytime_valid.h"
#include "evidence/domain/basis.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

// Of matched students, in millionths.
struct Compared {
  core::Sums changes;
  core::Sums baselines;
};
struct ComparedGroup {
  std::string group;
  Compared students;
};
// Of one team; groups in order of group.
struct ComparedTeam {
  common::v1::Basis basis = common::v1::BASIS_ABSOLUTE;  // never unequated
  Compared all;
  std::vector<ComparedGroup> groups;
};

// The matched students of a cycle's indicator; nullopt when there are none whose changes can be
// compared.
std::optional<ComparedTeam> ComparedOf(const Pool& pool);
// What a team adds to the sums.
v1::ChangeSums ChangesWithin(const ComparedTeam& team);

// Sums of teams, one a basis, in order of it.
using SumsByBasis = google::protobuf::RepeatedPtrField<v1::ChangeSums>;
void PutIn(const v1::ChangeSums& part, SumsByBasis& sums);
void TakeOut(const v1::ChangeSums& part, SumsByBasis& sums);
// Those of the basis that most students have; null when there are none.
const v1::ChangeSums* MostOf(const SumsByBasis& sums);

// The change of the group less that of its complements, in millionths.
std::optional<core::Coefficient> ChangeOf(const v1::ChangeSums& sums,
                                          const v1::GroupChangeSums& group);
// The baseline of the group less that of its complements; its residual is the spread of baselines.
std::optional<core::Coefficient> BaselineOf(const v1::ChangeSums& sums,
                                            const v1::GroupChangeSums& group);

}  // namespace throughline::evidence
