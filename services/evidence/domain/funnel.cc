#include "evidence/domain/funnel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/statistics/funnel.h"
#include "core/statistics/moments.h"
#include "disclosure/rounding.h"
#include "disclosure/smallest_cell.h"
#include "evidence/domain/moments_row.h"

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

std::string SchoolsInWords(int schools) {
  return schools == 1 ? "1 school" : fmt::format("{} schools", schools);
}

// Whose share is compared, and what is said where there is nobody.
struct Compared {
  std::string_view students;
  std::string_view nobody;
};
constexpr Compared kCovered = {"students with a result",
                               "No student has a result in these cycles yet."};
constexpr Compared kProficient = {"proficient students", "No student is proficient."};

std::string FunnelSentence(const v1::Funnel& funnel, const Compared& compared) {
  int shown = 0, above = 0, below = 0;
  for (const v1::FunnelSchool& school : funnel.schools()) {
    const v1::FunnelPosition position = school.position();
    shown += position != v1::FUNNEL_POSITION_UNSPECIFIED ? 1 : 0;
    above += position == v1::FUNNEL_POSITION_ABOVE || position == v1::FUNNEL_POSITION_FAR_ABOVE;
    below += position == v1::FUNNEL_POSITION_BELOW || position == v1::FUNNEL_POSITION_FAR_BELOW;
  }
  if (shown == 0) return "No school has so many students that they may be shown.";
  const int hidden = funnel.schools_size() - shown;
  const std::string others =
      hidden == 0   ? ""
      : hidden == 1 ? " 1 more school is not shown: too few students."
                    : fmt::format(" {} more schools are not shown: too few students.", hidden);
  if (funnel.share() == 0) return fmt::format("{}{}", compared.nobody, others);
  const std::string beside =
      fmt::format("the district's {:.1f} % of {}", 100 * funnel.share(), compared.students);
  const std::string of = SchoolsInWords(shown);
  if (above + below == 0) {
    return fmt::format("Of {} none differs from {} by more than chance.{}", of, beside, others);
  }
  return fmt::format("Of {}, {} {} from {} by more than chance: {} above, {} below.{}", of,
                     above + below, above + below == 1 ? "differs" : "differ", beside, above, below,
                     others);
}

// Of schools whose students and shares are set.
void CompareSchools(const Compared& compared, v1::Funnel& funnel) {
  int64_t of = 0;
  double counted = 0;
  int32_t smallest = 0, largest = 0;
  for (const v1::FunnelSchool& school : funnel.schools()) {
    if (!school.has_share()) continue;
    of += school.students();
    counted += school.share() * school.students();
    smallest = smallest == 0 ? school.students() : std::min(smallest, school.students());
    largest = std::max(largest, school.students());
  }
  funnel.set_students(of);
  if (of > 0) {
    funnel.set_share(std::min(1.0, counted / static_cast<double>(of)));
    AddLimits(smallest, largest, funnel);
  }
  for (v1::FunnelSchool& school : *funnel.mutable_schools()) {
    if (!school.has_share()) {
      school.set_absent(common::v1::ABSENCE_REASON_SMALL_CELL);
      continue;
    }
    *school.mutable_limits() = LimitsOf(funnel.share(), school.students());
    school.set_position(PositionOf(school.share(), school.limits()));
  }
  funnel.set_sentence(FunnelSentence(funnel, compared));
}

// What may be shown of how many are proficient: the students, and the share, when neither the
// proficient nor the others are few.
void SetProficient(const v1::ProficiencyRow& row, int64_t smallest, v1::FunnelSchool& school) {
  const core::Moments scores = MomentsOf(row.scores().scores());
  const int64_t students = scores.n(), proficient = scores.sum();
  const bool is_shown = students >= smallest && disclosure::IsNoneOrEnough(proficient, smallest) &&
                        disclosure::IsNoneOrEnough(students - proficient, smallest);
  if (!is_shown) return;
  const double share = scores.Mean();
  school.set_students(static_cast<int32_t>(students / smallest * smallest));
  school.set_share(disclosure::Rounded(share, std::sqrt(share * (1 - share)), students, smallest));
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
      if (school.has_students()) {
        school.set_share(static_cast<double>(school.covered()) / school.students());
      }
      *funnel.add_schools() = std::move(school);
    }
    CompareSchools(kCovered, funnel);
    funnel.set_as_of_ms(moments[indicator]);
  }
  return funnels;
}

v1::Funnel ProficiencyFunnel(const v1::Assessment& assessment,
                             const std::map<std::string, v1::ProficiencyRow>& schools,
                             int64_t smallest) {
  v1::Funnel funnel;
  funnel.set_assessment(assessment.assessment());
  funnel.set_title(assessment.title());
  funnel.set_proficiency_cut(assessment.proficiency_cut());
  for (const auto& [id, row] : schools) {
    v1::FunnelSchool& school = *funnel.add_schools();
    school.set_school(id);
    SetProficient(row, smallest, school);
    if (school.has_share()) funnel.set_as_of_ms(std::max(funnel.as_of_ms(), row.as_of_ms()));
  }
  CompareSchools(kProficient, funnel);
  return funnel;
}

}  // namespace throughline::evidence
