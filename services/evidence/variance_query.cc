#include "evidence/variance_query.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <unordered_set>
#include <utility>

#include "core/ids.h"
#include "core/statistics/variance_components.h"
#include "disclosure/rounding.h"
#include "evidence/domain/errors.h"
#include "evidence/domain/moments_row.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "evidence/row_pages.h"
#include "evidence/shown_rows.h"
#include "platform/grpc/pages.h"

namespace throughline::evidence {

using core::Result;

namespace {

using OfSchool = std::pair<std::string, v1::ClassScoresRow>;

// Distinct, whatever classes they are in.
int64_t StudentsOf(const std::vector<OfSchool>& classes) {
  std::unordered_set<uint64_t> students;
  for (const auto& [school, row] : classes) {
    for (int i = 0; i < row.students_size(); ++i) {
      if (row.shown_results(i) > 0) students.insert(row.students(i));
    }
  }
  return static_cast<int64_t>(students.size());
}

// Those that are shown. A reader who knows all large classes could solve the few numbers that are
// shown for the sums of a few small ones: these count only when they are many.
std::vector<OfSchool> ClassesThatCount(std::vector<std::pair<std::string, v1::ClassScoresRow>> rows,
                                       int64_t smallest) {
  std::vector<OfSchool> large, small;
  for (auto& [key, row] : rows) {
    if (row.shown_students() == 0) continue;
    std::string school(core::SplitKey<4>(key)[2]);  // district/assessment/school/class
    auto& classes = row.shown_students() < smallest ? small : large;
    classes.emplace_back(std::move(school), std::move(row));
  }
  if (static_cast<int64_t>(small.size()) < smallest || StudentsOf(small) < smallest) return large;
  std::move(small.begin(), small.end(), std::back_inserter(large));
  return large;
}

void Say(const core::VarianceComponents& components, const v1::Assessment& assessment,
         int64_t students, int64_t smallest, v1::GetVarianceResponse& response) {
  const double width = (assessment.scale_max() - assessment.scale_min()) / 1e6;
  // What is left of the search for it where there is nothing.
  const double nothing = components.TotalVariance() * 1e-9;
  const auto points = [&](double variance) {
    const double square = variance < nothing ? 0 : variance * width * width;
    return disclosure::Rounded(square, square, students, smallest);
  };
  const double spread = std::sqrt(components.TotalVariance()) * width;
  response.set_result_count(components.n);
  response.set_class_count(components.classes);
  response.set_school_count(components.schools);
  response.set_mean(disclosure::Rounded(assessment.scale_min() + components.mean * width, spread,
                                        students, smallest));
  response.set_student_variance(points(components.student_variance));
  if (components.class_variance) response.set_class_variance(points(*components.class_variance));
  if (components.school_variance) response.set_school_variance(points(*components.school_variance));
  const double total =
      response.student_variance() + response.class_variance() + response.school_variance();
  if (response.has_class_variance() && total > 0) {
    response.set_class_share(response.class_variance() / total);
  }
  if (response.has_school_variance() && total > 0) {
    response.set_school_share(response.school_variance() / total);
  }
  for (const std::string& reason : components.absent_reasons) response.add_absent_reasons(reason);
}

}  // namespace

Result<Variances> Variances::Of(const runtime::Rows& rows, const std::string& district) {
  auto known = DistrictIn(rows, district);
  if (!known) return core::Refuse(known.error());
  auto smallest = SmallestCellIn(rows, *known);
  if (!smallest) return core::Refuse(smallest.error());
  return Variances(rows, *std::move(known), *smallest);
}

Result<void> Variances::ReadMatched() {
  if (matched_) return {};
  Matched matched;
  auto read = platform::ForEachKeyAndRow(
      rows_, kEvidence, JoinKey(district_.district(), ""),
      [&](const std::string& key, const v1::EvidenceRow& row) {
        if (!row.shown().has_numbers()) return;
        const auto [district, school, team, cycle, indicator] = core::SplitKey<5>(key);
        int64_t& most = matched[{JoinKey(school, team), std::string(indicator)}];
        most = std::max<int64_t>(most, row.shown().numbers().matched());
      });
  if (read) matched_ = std::move(matched);
  return read;
}

int64_t Variances::MatchedOf(const std::string& team, const v1::Assessment& assessment) const {
  int64_t most = 0;
  for (const std::string& indicator : assessment.indicators()) {
    const auto found = matched_->find({team, indicator});
    if (found != matched_->end()) most = std::max(most, found->second);
  }
  return most;
}

// Whether the scores that a variance rests on tell nothing of few students when the growth of
// teams, which is shown as well, is taken from them: enough students are in no growth that is
// shown, or none is, and no result. Each growth holds a score or two of a student.
template <class Classes>
bool Variances::StandApart(const v1::Assessment& assessment, const Classes& classes) const {
  struct Scores {
    int64_t students = 0, results = 0;
  };
  std::map<std::string, Scores> teams;  // by school/team
  for (const auto& [school, row] : classes) {
    Scores& team = teams[JoinKey(school, row.team())];
    team.students += row.shown_students();
    team.results += row.shown().n();
  }
  int64_t apart = 0;
  bool any = false;
  for (const auto& [name, team] : teams) {
    const int64_t matched = MatchedOf(name, assessment);
    apart += std::max<int64_t>(0, team.students - matched);
    any = any || (team.results != matched && team.results != 2 * matched);
  }
  return apart >= smallest_ || (apart == 0 && !any);
}

Result<v1::GetVarianceResponse> Variances::OfAssessment(const std::string& id) {
  if (!core::IsId(id)) return core::Refuse(IdInvalid("assessment"));
  const std::string key = JoinKey(district_.district(), id);
  auto assessment = rows_.Get(kAssessments, district_.district(), key);
  if (!assessment) return core::Refuse(assessment.error());
  if (!*assessment) return core::Refuse(AssessmentNotFound(id));
  auto found = rows_.ScanAll(kClassScores, JoinKey(key, ""), "", kAllRows);
  if (!found) return core::Refuse(found.error());
  const std::vector<OfSchool> shown = ClassesThatCount(*std::move(found), smallest_);
  const int64_t students = StudentsOf(shown);
  if (students < smallest_) return core::Refuse(Suppressed());
  if (auto read = ReadMatched(); !read) return core::Refuse(read.error());
  if (!StandApart(**assessment, shown)) return core::Refuse(Suppressed());
  std::vector<core::ClassOfSchool> classes;
  classes.reserve(shown.size());
  for (const auto& [school, row] : shown) classes.push_back({school, MomentsOf(row.shown())});
  const auto components = core::EstimateVarianceComponents(std::move(classes));
  if (!components) return core::Refuse(Suppressed());
  auto schools = rows_.ScanAll(kSchoolScores, JoinKey(key, ""), "", kAllRows);
  if (!schools) return core::Refuse(schools.error());
  v1::GetVarianceResponse response;
  for (const auto& [row_key, school] : *schools) {
    response.set_as_of_ms(std::max(response.as_of_ms(), school.as_of_ms()));
  }
  Say(*components, **assessment, students, smallest_, response);
  return response;
}

Result<void> Query(const runtime::Rows& rows, const v1::GetVarianceRequest& request,
                   v1::GetVarianceResponse& response) {
  auto variances = Variances::Of(rows, request.district());
  if (!variances) return core::Refuse(variances.error());
  auto variance = variances->OfAssessment(request.assessment());
  if (!variance) return core::Refuse(variance.error());
  response = *std::move(variance);
  return {};
}

}  // namespace throughline::evidence
