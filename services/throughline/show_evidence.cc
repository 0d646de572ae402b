#include <fmt/format.h>

#include "disclosure/numbers_in_words.h"
#include "throughline/district_clock.h"
#include "throughline/formatting.h"
#include "throughline/show.h"
#include "throughline/table.h"

namespace throughline {

namespace {

using evidence::v1::EvidenceService;

// In place of numbers, why there are none; nothing when there are.
std::string WhyAbsent(common::v1::AbsenceReason reason) {
  switch (reason) {
    case common::v1::ABSENCE_REASON_SMALL_CELL:
      return "suppressed";
    case common::v1::ABSENCE_REASON_NO_BASELINE:
      return "no baseline";
    case common::v1::ABSENCE_REASON_NO_RESULTS:
      return "no results";
    default:
      return "";
  }
}

template <class Row>
std::string WhyAbsent(const Row& row) {
  // A service of an earlier version gives no reason.
  return row.suppressed() ? "suppressed" : WhyAbsent(row.absent());
}

// A count that may be hidden: then it is no 0.
std::string CountedIf(bool is_shown, int64_t count) {
  return is_shown ? Counted(count) : WhyAbsent(common::v1::ABSENCE_REASON_SMALL_CELL);
}

// A request for the cycles of a district, or of a part of it.
template <class Request>
Request RequestFor(const ShowOptions& options) {
  Request request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_team(options.team);
  request.set_as_of_ms(options.as_of_ms);
  return request;
}

std::string Between(double low, double high, int places) {
  return fmt::format("{} to {}", Decimal(low, places), Decimal(high, places));
}

void AddLevel(Table& table, const std::string& level, bool has_variance, double variance,
              bool has_share, double share) {
  table.Add({level, has_variance ? Decimal(variance) : "cannot be told",
             has_share ? Percent(share) : ""});
}

void PrintVariance(const evidence::v1::GetVarianceResponse& answer, const ShowOptions& options,
                   std::ostream& out) {
  out << fmt::format("Assessment {} of district {}: {} in {} of {}, mean {} points\n\n",
                     options.assessment, options.district, Counted(answer.result_count(), "result"),
                     Counted(answer.class_count(), "class"),
                     Counted(answer.school_count(), "school"), Decimal(answer.mean()));
  const double rest = 1 - answer.class_share() - answer.school_share();
  Table table({{"VARIANCE OF"}, {"POINTS SQUARED", Side::kRight}, {"SHARE", Side::kRight}});
  AddLevel(table, "students within a class", answer.has_student_variance(),
           answer.student_variance(), answer.has_student_variance(), rest);
  AddLevel(table, "classes within a school", answer.has_class_variance(), answer.class_variance(),
           answer.has_class_share(), answer.class_share());
  AddLevel(table, "schools", answer.has_school_variance(), answer.school_variance(),
           answer.has_school_share(), answer.school_share());
  table.Print(out, "");
  out << "The mean and the variances are rounded, so that no student's score follows from them.\n";
  for (const std::string& reason : answer.absent_reasons()) {
    out << "Cannot be told apart: " << reason << '\n';
  }
}

// What changes are counted in. Of what was recorded before scales were said they are unequated.
std::string CountedIn(common::v1::Basis basis) {
  const std::string unit(disclosure::UnitOf(basis).name);
  return disclosure::IsUnequated(basis) ? unit + ", unequated" : unit;
}

}  // namespace

Shown ShowVariance(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::GetVarianceRequest request;
  request.set_district(options.district);
  request.set_assessment(options.assessment);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetVariance, request);
  return ShowAnswer(answer, options, out,
                    [&](const auto& shown) { PrintVariance(shown, options, out); });
}

Shown ShowGrowth(Connection& connection, const ShowOptions& options, std::ostream& out) {
  auto request = RequestFor<evidence::v1::GetGrowthRequest>(options);
  request.set_cycle(options.cycle);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetGrowth, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"},
                 {"TEAM"},
                 {"CYCLE"},
                 {"INDICATOR"},
                 {"STUDENTS", Side::kRight},
                 {"CHANGE", Side::kRight},
                 {"95 % INTERVAL", Side::kRight},
                 {"DESIRED", Side::kRight},
                 {"COUNTED IN"},
                 {"EFFECT, SD", Side::kRight},
                 {"LATEST"}});
    for (const auto& row : shown.rows()) {
      const auto& numbers = row.evidence();
      std::vector<std::string> cells = {row.school(), row.team(), row.cycle(), row.indicator()};
      if (std::string why = WhyAbsent(row); !why.empty()) {
        cells.push_back(std::move(why));
      } else {
        const auto& n = numbers;
        cells.push_back(Counted(n.matched()));
        cells.push_back(n.has_mean_change() ? Decimal(n.mean_change()) : "");
        cells.push_back(n.has_change_low() ? Between(n.change_low(), n.change_high(), 2) : "");
        cells.push_back(n.has_desired_to_date() ? Decimal(n.desired_to_date()) : "");
        cells.push_back(CountedIn(n.basis()));
        cells.push_back(n.has_effect() ? Decimal(n.effect()) : "");
        cells.push_back(n.latest_result());
      }
      table.Add(std::move(cells));
    }
    table.Print(out, "No team has a cycle with evidence yet.");
    if (table.size() == 0) return;
    out << "The 95 % interval is that of one look. Alerts and reviews give a wider one, which "
           "holds at\nany moment, however often one looks.\n";
  });
}

Shown ShowGaps(Connection& connection, const ShowOptions& options, std::ostream& out) {
  auto request = RequestFor<evidence::v1::GetGapsRequest>(options);
  request.set_cycle(options.cycle);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetGaps, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"},
                 {"TEAM"},
                 {"CYCLE"},
                 {"INDICATOR"},
                 {"GROUP"},
                 {"IN GROUP", Side::kRight},
                 {"OTHERS", Side::kRight},
                 {"GAP BEFORE, SD", Side::kRight},
                 {"GAP NOW, SD", Side::kRight},
                 {"CHANGED BY", Side::kRight},
                 {"COUNTED IN"}});
    for (const auto& row : shown.rows()) {
      std::vector<std::string> cells = {row.school(), row.team(), row.cycle(), row.indicator(),
                                        row.group()};
      const auto& gap = row.gap();
      if (std::string why = WhyAbsent(row); !why.empty()) {
        cells.push_back(std::move(why));
      } else {
        cells.push_back(Counted(gap.group_count()));
        cells.push_back(Counted(gap.complement_count()));
        cells.push_back(gap.has_baseline_g() ? Decimal(gap.baseline_g()) : "");
        cells.push_back(gap.has_current_g() ? Decimal(gap.current_g()) : "");
        cells.push_back(gap.has_difference() ? Decimal(gap.difference()) : "");
        cells.push_back(CountedIn(gap.basis()));
      }
      table.Add(std::move(cells));
    }
    table.Print(out, "No team has a cycle with student groups yet.");
  });
}

Shown ShowCoverage(Connection& connection, const ShowOptions& options, std::ostream& out) {
  const auto request = RequestFor<evidence::v1::GetCoverageRequest>(options);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetCoverage, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"SCHOOL"},
                 {"TEAM"},
                 {"CYCLE"},
                 {"INDICATOR"},
                 {"STUDENTS", Side::kRight},
                 {"WITH A RESULT", Side::kRight},
                 {"COVERAGE", Side::kRight}});
    for (const auto& row : shown.rows()) {
      std::vector<std::string> cells = {row.school(), row.team(), row.cycle(), row.indicator()};
      std::string why = WhyAbsent(row);
      const bool any = row.has_rostered() || row.covered() > 0;
      if (!why.empty() && !any) {
        cells.push_back(std::move(why));
      } else {
        cells.push_back(CountedIf(row.has_rostered(), row.rostered()));
        cells.push_back(CountedIf(row.has_covered(), row.covered()));
        cells.push_back(row.rostered() == 0 || !row.has_covered()
                            ? ""
                            : Percent(static_cast<double>(row.covered()) /
                                      static_cast<double>(row.rostered())));
      }
      table.Add(std::move(cells));
    }
    table.Print(out, "No team has an open cycle.");
  });
}

Shown ShowAssessments(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::ListAssessmentsRequest request;
  request.set_district(options.district);
  request.set_as_of_ms(options.as_of_ms);
  const auto answer =
      CallPages(*connection.evidence, &EvidenceService::Stub::ListAssessments, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"ASSESSMENT"},
                 {"TITLE"},
                 {"KIND"},
                 {"SCALE", Side::kRight},
                 {"SCALE NAME"},
                 {"INDICATORS"}});
    for (const auto& one : shown.assessments()) {
      table.Add({one.assessment(), one.title(), WordOf(one.kind()),
                 Between(one.scale_min(), one.scale_max(), 0), one.scale(),
                 fmt::format("{}", fmt::join(one.indicators(), ", "))});
    }
    table.Print(out, "The district has no assessments yet.");
  });
}

Shown ShowResults(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::GetResultCountsRequest request;
  request.set_district(options.district);
  const auto answer = Call(*connection.evidence, &EvidenceService::Stub::GetResultCounts, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    Table table({{"OUTCOME"}, {"RESULTS", Side::kRight}});
    table.Add({"pushed", CountedIf(shown.has_pushed(), shown.pushed())});
    table.Add({"accepted", CountedIf(shown.has_accepted(), shown.accepted())});
    table.Add({"corrected", CountedIf(shown.has_corrected(), shown.corrected())});
    table.Add({"duplicate", CountedIf(shown.has_duplicate(), shown.duplicate())});
    table.Add({"unscored", CountedIf(shown.has_unscored(), shown.unscored())});
    table.Add({"quarantined", CountedIf(shown.has_quarantined(), shown.quarantined())});
    table.Print(out, "");
  });
}

Shown ShowQuarantine(Connection& connection, const ShowOptions& options, std::ostream& out) {
  evidence::v1::ListQuarantineRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  const auto answer =
      CallPages(*connection.evidence, &EvidenceService::Stub::ListQuarantine, request);
  return ShowAnswer(answer, options, out, [&](const auto& shown) {
    const DistrictClock clock(options.time_zone);
    Table table({{"SINCE"}, {"SCHOOL"}, {"RESULT"}, {"REASON"}, {"FIELD"}, {"WHAT"}, {"ENTRY"}});
    for (const auto& one : shown.results()) {
      table.Add({clock.Format(one.quarantined_at_ms()), one.school(), one.result().source_id(),
                 one.problem().reason(), one.problem().field(), one.problem().message(),
                 one.entry()});
    }
    table.Print(out, "Nothing is set aside.");
  });
}

}  // namespace throughline
