// A school of one team, with what its tests do over and over.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "decider/fixture.h"
#include "evidence/domain/district_fixture.h"
#include "evidence/domain/evidence_decider.h"
#include "evidence/domain/tables.h"
#include "evidence/domain/team_keys.h"
#include "throughline/cycles/v1/cycles_events.pb.h"
#include "throughline/evidence/v1/evidence_service.pb.h"
#include "throughline/plans/v1/plans_events.pb.h"

namespace throughline::evidence {

inline constexpr int kClassSize = 24;
inline const EvidenceKey kCycle{{"d", "s", "t"}, "c1", "reading"};
// Baselines of twelve students, and their scores at a test of growth; of the example of
// core/statistics/anytime_valid_test.cc.
inline const std::vector<double> kTwelveBefore{40, 55, 62, 48, 70, 66, 52, 58, 45, 75, 60, 50};
inline const std::vector<double> kTwelveNow{38, 50, 63, 41, 66, 64, 47, 59, 38, 70, 58, 43};

// A school of one team, whose class has every second student in income:low.
class School {
 public:
  using Change = std::function<void(common::v1::Policy&)>;

  explicit School(const Change& change = [](common::v1::Policy&) {})
      : fixture(decider_, *core::ParseInstant("2024-08-01T12:00:00Z")) {
    plans::v1::DistrictAdopted adopted = AdoptedDistrict();
    change(*adopted.mutable_district()->mutable_policy());
    fixture.Give(adopted);
    Define("check");
    Enroll(kClassSize);
  }

  // An assessment from 0 to 100, on a scale of its own when none is named.
  decider::Fixture::Outcome Define(const std::string& name, const std::string& scale = "") {
    v1::DefineAssessmentsRequest define;
    define.set_district("d");
    auto& assessment = *define.add_assessments();
    assessment.set_assessment(name);
    assessment.set_kind(v1::ASSESSMENT_KIND_DAILY_CHECK);
    assessment.set_scale_max(100);
    assessment.set_scale(scale);
    assessment.add_indicators("reading");
    return fixture.Give(define);
  }
  void Enroll(int students) {
    v1::UpdateRosterRequest roster;
    roster.set_district("d");
    roster.set_school("s");
    roster.add_classes()->set_class_id("c");
    roster.mutable_classes(0)->set_team("t");
    for (int i = 0; i < students; ++i) {
      auto& student = *roster.add_students();
      student.set_student("p" + std::to_string(i));
      student.add_groups(i % 2 == 0 ? "income:low" : "income:other");
      student.add_class_ids("c");
    }
    fixture.Give(roster);
  }
  // The indicators are reading and, when there are more, others without any result.
  static cycles::v1::Cycle CycleOf(const std::string& cycle, const std::string& start,
                                   const std::string& end, int indicators = 1) {
    cycles::v1::Cycle one;
    one.set_district("d");
    one.set_school("s");
    one.set_team("t");
    one.set_cycle(cycle);
    one.set_start(start);
    one.set_end(end);
    one.set_baseline_from("2024-07-01");
    one.set_mid_cycle("2024-09-19");
    one.add_indicators()->set_indicator("reading");
    for (int i = 1; i < indicators; ++i) {
      one.add_indicators()->set_indicator("other" + std::to_string(i));
    }
    return one;
  }
  void Schedule(const std::string& cycle, const std::string& start, const std::string& end,
                int indicators = 1, std::optional<double> desired_a_year = std::nullopt) {
    cycles::v1::CycleScheduled scheduled;
    auto& one = *scheduled.mutable_cycle();
    one = CycleOf(cycle, start, end, indicators);
    if (desired_a_year) {
      one.mutable_indicators(0)->set_desired_growth_per_year(*desired_a_year);
    }
    fixture.Give(scheduled);
  }
  static v1::Result Of(int student, const std::string& date, double score, int64_t modified = 1) {
    v1::Result result;
    result.set_source_id(date + "/" + std::to_string(student));
    result.set_student("p" + std::to_string(student));
    result.set_school("s");
    result.set_class_id("c");
    result.set_assessment("check");
    result.set_date(date);
    result.set_score(score);
    result.set_modified_at_ms(modified);
    return result;
  }
  // One of each student, from the first on.
  static std::vector<v1::Result> OfEach(const std::string& date,
                                        const std::vector<double>& scores) {
    std::vector<v1::Result> results;
    for (const double score : scores) {
      results.push_back(Of(static_cast<int>(results.size()), date, score));
    }
    return results;
  }
  decider::Fixture::Outcome Push(const std::vector<v1::Result>& results) {
    v1::IngestResultsRequest batch;
    batch.set_district("d");
    batch.set_source("sis");
    for (const v1::Result& result : results) *batch.add_results() = result;
    return fixture.Give(batch);
  }
  decider::Fixture::Outcome PushAll(int students, const std::string& date, double low,
                                    double other) {
    std::vector<v1::Result> results;
    for (int i = 0; i < students; ++i) {
      results.push_back(Of(i, date, (i % 2 == 0 ? low : other) + i % 5));
    }
    return Push(results);
  }
  // The same of an assessment, with scores that are further apart.
  std::vector<v1::Result> SpreadOn(const std::string& assessment, const std::string& date,
                                   double around, int from = 0, int to = kClassSize) {
    std::vector<v1::Result> results;
    for (int i = from; i < to; ++i) {
      results.push_back(Of(i, date, around + 7 * i % 11 - 5));
      results.back().set_assessment(assessment);
      results.back().set_source_id(assessment + "/" + results.back().source_id());
    }
    return results;
  }
  v1::ResultOutcome One(const v1::Result& result, std::string* problem = nullptr) {
    const auto outcome = Push({result});
    const auto& response = outcome.AnswerAs<v1::IngestResultsResponse>();
    if (problem != nullptr && !response.problems().empty()) {
      *problem = response.problems(0).reason() + " " + response.problems(0).field();
    }
    return response.outcomes(0);
  }
  const v1::EvidenceRow* Row() const { return fixture.state().Find(kEvidence, RowKeyOf(kCycle)); }

 private:
  EvidenceDecider decider_;

 public:
  decider::Fixture fixture;
};

inline std::vector<common::v1::Trigger> Met(const decider::Fixture::Outcome& outcome,
                                            bool met = true) {
  std::vector<common::v1::Trigger> triggers;
  for (const auto* moved : outcome.All<v1::EvidenceMoved>()) {
    if (moved->met() == met) triggers.push_back(moved->trigger());
  }
  return triggers;
}

// A timer that is due leaves no event when it decides nothing: after a fold it is there, to do so
// again. So those that are due are left out.
inline std::vector<decider::RowChange> WithoutDue(std::vector<decider::RowChange> rows,
                                                  core::Instant now) {
  std::erase_if(rows, [&](const decider::RowChange& row) {
    return row.row.table == "_timer" && core::FromMillis(std::stoll(*row.value)) <= now;
  });
  return rows;
}

inline void ExpectFolded(School& school) {
  const auto folded = WithoutDue(school.fixture.FoldedAgain(), school.fixture.now());
  const auto rows = WithoutDue(school.fixture.Rows(), school.fixture.now());
  ASSERT_EQ(folded.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(folded[i].row, rows[i].row);
    EXPECT_EQ(folded[i].value, rows[i].value) << rows[i].row.table << " " << rows[i].row.key;
  }
}

}  // namespace throughline::evidence
