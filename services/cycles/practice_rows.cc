#include "cycles/practice_rows.h"

#include "cycles/domain/practices/errors.h"
#include "cycles/domain/practices/in_use.h"
#include "cycles/shown_rows.h"

namespace throughline::cycles {

using core::Result;

namespace {

constexpr size_t kAtOnce = 1000;
constexpr int kMergesAtMost = 100;
constexpr int kFirstFollowers = 3;  // of a district that is older than the policy's field

// Every row of the partition of that key that begins so.
template <class Row, class Visit>
Result<void> EachIn(const runtime::Rows& rows, Table<Row> table, const std::string& partition_key,
                    const std::string& prefix, const Visit& visit) {
  std::string after;
  while (true) {
    auto more = rows.Scan(table, partition_key, prefix, after, kAtOnce);
    if (!more) return core::Refuse(more.error());
    for (auto& [key, row] : *more) visit(key, std::move(row));
    if (more->size() < kAtOnce) return {};
    after = more->back().first;
  }
}

Result<WindowRows> WindowsIn(const runtime::Rows& rows, Table<v1::WindowSumsRow> table,
                             const std::string& district, const std::string& prefix) {
  WindowRows windows;
  auto read = EachIn(rows, table, district, prefix,
                     [&](const std::string&, auto row) { windows.push_back(std::move(row)); });
  if (!read) return core::Refuse(read.error());
  return windows;
}

}  // namespace

Result<PracticePolicy> PracticePolicyIn(const runtime::Rows& rows, const std::string& district) {
  auto smallest = SmallestCellIn(rows, district);
  if (!smallest) return core::Refuse(smallest.error());
  auto known = DistrictIn(rows, district);
  if (!known) return core::Refuse(known.error());
  const common::v1::Policy& policy = known->policy();
  return PracticePolicy{*smallest,
                        policy.has_first_followers() ? policy.first_followers() : kFirstFollowers};
}

Result<v1::Practice> PracticeIn(const runtime::Rows& rows, const std::string& district,
                                const std::string& practice) {
  std::string id = practice;
  for (int i = 0; i < kMergesAtMost; ++i) {
    auto row = rows.Get(kPractices, district, JoinKey(district, id));
    if (!row) return core::Refuse(row.error());
    if (!*row) break;
    if ((*row)->state() != v1::PRACTICE_STATE_MERGED) return **std::move(row);
    id = (*row)->merged_into();
  }
  return core::Refuse(PracticeUnknown("practice", practice));
}

Result<std::vector<v1::Adoption>> AdoptersIn(const runtime::Rows& rows, const std::string& district,
                                             const std::string& practice) {
  std::vector<v1::Adoption> adopters;
  auto read = EachIn(rows, kAdopters, district, JoinKey(district, practice, ""),
                     [&](const std::string&, auto row) { adopters.push_back(std::move(row)); });
  if (!read) return core::Refuse(read.error());
  return adopters;
}

Result<std::vector<v1::TeamStudentsRow>> StudentsIn(const runtime::Rows& rows,
                                                    const v1::Practice& practice) {
  std::vector<v1::TeamStudentsRow> students;
  for (const std::string& indicator : practice.indicators()) {
    auto read = EachIn(rows, kTeamStudents, practice.district(),
                       JoinKey(practice.district(), indicator, ""),
                       [&](const std::string&, auto row) { students.push_back(std::move(row)); });
    if (!read) return core::Refuse(read.error());
  }
  return students;
}

Result<std::vector<v1::PracticeAssessment>> AssessmentsIn(
    const runtime::Rows& rows, const std::string& district,
    const std::vector<std::string>& practices) {
  std::vector<std::string> keys;
  keys.reserve(practices.size());
  for (const std::string& practice : practices) keys.push_back(JoinKey(district, practice));
  auto found = rows.GetMany(kAssessments, district, keys);
  if (!found) return core::Refuse(found.error());
  std::vector<v1::PracticeAssessment> assessments;
  assessments.reserve(found->size());
  for (auto& one : *found) assessments.push_back(one ? *std::move(one) : v1::PracticeAssessment());
  return assessments;
}

Result<std::map<std::string, v1::PracticeAssessment>> AllAssessmentsIn(
    const runtime::Rows& rows, const std::string& district) {
  std::map<std::string, v1::PracticeAssessment> assessments;
  auto read = EachIn(rows, kAssessments, district, JoinKey(district, ""),
                     [&](const std::string&, v1::PracticeAssessment row) {
                       const std::string practice = row.practice();
                       assessments[practice] = std::move(row);
                     });
  if (!read) return core::Refuse(read.error());
  return assessments;
}

Result<std::set<std::string>> UsedIn(const runtime::Rows& rows, const std::string& district,
                                     const std::string& school) {
  std::set<std::string> practices;
  if (school.empty()) return practices;
  const std::string key = core::Key{district, school}.Text();
  auto read = EachIn(rows, kAdoptions, key, JoinKey(key, ""),
                     [&](const std::string&, const v1::Adoption& adoption) {
                       if (IsInUse(adoption)) practices.insert(adoption.practice());
                     });
  if (!read) return core::Refuse(read.error());
  return practices;
}

Result<std::vector<Window>> OthersIn(const runtime::Rows& rows, const v1::Practice& practice,
                                     const std::string& measure) {
  const std::string& district = practice.district();
  const std::string measured = JoinKey(district, measure);
  auto all = WindowsIn(rows, kWindowSums, district, JoinKey(measured, ""));
  if (!all) return core::Refuse(all.error());
  auto users = WindowsIn(rows, kUserSums, district, JoinKey(measured, practice.practice(), ""));
  if (!users) return core::Refuse(users.error());
  return WithoutUsers(*all, *users);
}

v1::PracticeStanding StandingOf(const v1::Practice& practice,
                                const v1::PracticeAssessment& assessment) {
  if (practice.state() == v1::PRACTICE_STATE_DRAFT) return v1::PRACTICE_STANDING_DRAFT;
  if (practice.state() == v1::PRACTICE_STATE_RETIRED) return v1::PRACTICE_STANDING_RETIRED;
  const bool is_of_the_library = assessment.standing() == v1::PRACTICE_STANDING_UNSPECIFIED ||
                                 assessment.standing() == v1::PRACTICE_STANDING_DRAFT ||
                                 assessment.standing() == v1::PRACTICE_STANDING_RETIRED;
  return is_of_the_library ? v1::PRACTICE_STANDING_PUBLISHED : assessment.standing();
}

v1::PracticeSummary SummaryOf(v1::Practice practice, v1::PracticeAssessment assessment,
                              int64_t smallest) {
  assessment.set_district(practice.district());
  assessment.set_practice(practice.practice());
  assessment.set_standing(StandingOf(practice, assessment));
  if (assessment.pooled().students() < smallest) assessment.clear_pooled();
  v1::PracticeSummary summary;
  *summary.mutable_practice() = std::move(practice);
  *summary.mutable_assessment() = std::move(assessment);
  return summary;
}

}  // namespace throughline::cycles
