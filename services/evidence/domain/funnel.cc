#include "evidence/domain/funnel.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/statistics/funnel.h"

namespace throughline::evidence {

namespace {

constexpr int kSizes = 24;  // at which limits are said

// Students of a team who are shown, and those with a result; nullopt when they may not be.
struct ShownCoverage {
  int32_t students;
  int32_t covered;
};
std::optional<ShownCoverage> CoverageShown(const v1::CoverageRow& row) {
  if (row.has_rostered() && row.has_covered()) return ShownCoverage{row.rostered(), row.covered()};
  const bool is_none = row.absent() == common::v1::ABSENCE_REASON_NO_RESULTS;
  if (is_none && row.has_rostered_at_least()) return ShownCoverage{row.rostered_at_least(), 0};
  return std::nullopt;
}

void CountTeam(const v1::CoverageRow& row, v1::FunnelSchool& school) {
  const auto shown = CoverageShown(row);
  if (!shown) return school.set_hidden_teams(school.hidden_teams() + 1);
  school.set_students(school.students() + shown->students);
  school.set_covered(school.covered() + shown->covered);
}

v1::FunnelLimits LimitsOf(double share, int32_t students) {
  const auto of = *core::FunnelLimitsOf(share, students);
  v1::FunnelLimits limits;
  limits.set_students(students);
  limits.set_low_95(of.low_95);
  limits.set_high_95(of.high_95);
  limits.set_low_998(of.low_998);
  limits.set_high_998(of.high_998);
  return limits;
}

v1::FunnelPosition PositionOf(double share, const v1::FunnelLimits& limits) {
  if (share < limits.low_998()) return v1::FUNNEL_POSITION_FAR_BELOW;
  if (share > limits.high_998()) return v1::FUNNEL_POSITION_FAR_ABOVE;
  if (share < limits.low_95()) return v1::FUNNEL_POSITION_BELOW;
  if (share > limits.high_95()) return v1::FUNNEL_POSITION_ABOVE;
  return v1::FUNNEL_POSITION_WITHIN;
}

// The limits from the smallest school to the largest.
void AddLimits(int32_t smallest, int32_t largest, v1::Funnel& funnel) {
  for (int i = 0; i < kSizes; ++i) {
    const auto students =
        static_cast<int32_t>(smallest + int64_t{largest - smallest} * i / (kSizes - 1));
    const bool is_there =
        !funnel.limits().empty() && funnel.limits().rbegin()->students() == students;
    if (!is_there) *funnel.add_limits() = LimitsOf(funnel.share(), students);
  }
}

std::string FunnelSentence(const v1::Funnel& funnel) {
  int shown = 0, above = 0, below = 0;
  for (const v1::FunnelSchool& school : funnel.schools()) {
    const v1::FunnelPosition position = school.position();
    shown += position != v1::FUNNEL_POSITION_UNSPECIFIED ? 1 : 0;
    above += position == v1::FUNNEL_POSITION_ABOVE || position == v1::FUNNEL_POSITION_FAR_ABOVE;
    below += position == v1::FUNNEL_POSITION_BELOW || position == v1::FUNNEL_POSITION_FAR_BELOW;
  }
  if (shown == 0) return "No school has so many students that they may be shown.";
  if (funnel.share() == 0) return "No student has a result in these cycles yet.";
  const std::string beside =
      fmt::format("the district's {:.1f} % of students with a result", 100 * funnel.share());
  const std::string schools = shown == 1 ? "1 school" : fmt::format("{} schools", shown);
  const bool are_all = shown == funnel.schools_size();
  const std::string of = are_all ? schools : fmt::format("the {} that may be shown", schools);
  if (above + below == 0) {
    return fmt::format("Of {} none differs from {} by more than chance.", of, beside);
  }
  return fmt::format("Of {}, {} {} from {} by more than chance: {} above, {} below.", of,
                     above + below, above + below == 1 ? "differs" : "differ", beside, above,
                     below);
}

void CompareSchools(v1::Funnel& funnel) {
  int64_t students = 0, covered = 0;
  int32_t smallest = 0, largest = 0;
  for (const v1::FunnelSchool& school : funnel.schools()) {
    if (!school.has_students()) continue;
    students += school.students();
    covered += school.covered();
    smallest = smallest == 0 ? school.students() : std::min(smallest, school.students());
    largest = std::max(largest, school.students());
  }
  funnel.set_students(students);
  if (students > 0) {
    funnel.set_share(static_cast<double>(covered) / static_cast<double>(students));
    AddLimits(smallest, largest, funnel);
  }
  for (v1::FunnelSchool& school : *funnel.mutable_schools()) {
    if (!school.has_students()) {
      school.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
      continue;
    }
    school.set_share(static_cast<double>(school.covered()) / school.students());
    *school.mutable_limits() = LimitsOf(funnel.share(), school.students());
    school.set_position(PositionOf(school.share(), school.limits()));
  }
  funnel.set_sentence(FunnelSentence(funnel));
}

}  // namespace

std::vector<v1::Funnel> FunnelsOf(const std::vector<v1::CoverageRow>& coverage) {
  std::map<std::string, std::map<std::string, v1::FunnelSchool>> schools;  // by indicator
  std::map<std::string, int64_t> moments;
  for (const v1::CoverageRow& row : coverage) {
    CountTeam(row, schools[row.indicator()][row.school()]);
    int64_t& moment = moments[row.indicator()];
    moment = std::max(moment, row.as_of_ms());
  }
  std::vector<v1::Funnel> funnels;
  for (auto& [indicator, of] : schools) {
    v1::Funnel& funnel = funnels.emplace_back();
    funnel.set_indicator(indicator);
    for (auto& [id, school] : of) {
      school.set_school(id);
      *funnel.add_schools() = std::move(school);
    }
    CompareSchools(funnel);
    funnel.set_as_of_ms(moments[indicator]);
  }
  return funnels;
}

}  // namespace throughline::evidence
