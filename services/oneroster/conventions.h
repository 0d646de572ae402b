// What the columns of a bundle mean to this system, where OneRoster leaves it open. The district's
// own `metadata.*` columns decide; without them there is a rule for each thing.
//
// - A student is in group `<name>:<value>` for each column `metadata.group.<name>` of users.csv, in
//   `sex:<sex>` and, for each flag of demographics.csv that says true, in `<column>:true`.
// - A class's team is `metadata.team` of classes.csv, else its course.
// - A line item belongs to one class. Those with the same `metadata.assessment`, else with the same
//   title, category and academic session, are one assessment of the district.
// - An assessment's kind is `metadata.kind`, else what its category's title says (KindOfCategory),
//   its indicators are those of `metadata.indicator`, its scale is resultValueMin to
//   resultValueMax, its proficiency cut is `metadata.cut`. Assessments with the same
//   `metadata.scale` and the same ends are on one scale: only then is a change from one to the
//   other one in points.
//
// All functions are pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oneroster/rows.h"

namespace throughline::oneroster {

enum class AssessmentKind {
  kAnnualSummative,
  kTrimesterScreening,
  kQuarterlyInterim,
  kMonthlyFormative,
  kDailyCheck,
};

// "annual_summative", "trimester_screening", "quarterly_interim", "monthly_formative",
// "daily_check", as `metadata.kind` is spelled; read in any case.
std::string_view KindName(AssessmentKind kind);
std::optional<AssessmentKind> ParseKind(std::string_view text);

// By the first word of the title that begins with one of these, whatever its case: exam, final,
// summative, state, annual → annual_summative; screen, benchmark, trimester → trimester_screening;
// interim, quarter, midterm, unit → quarterly_interim; daily, check, exit, warm, homework, quiz →
// daily_check; anything else, and no title, → monthly_formative.
AssessmentKind KindOfCategory(std::string_view title);

// An id of this system (1-64 of [A-Za-z0-9._:-]) for an id of a SIS: the same when it is one
// already, else made readable and distinguished by a digest of the original.
std::string IdOf(std::string_view sourced_id);

// In order of name, without doubles. A value is made an id like any other.
std::vector<std::string> GroupsOf(const User& user);
std::vector<std::string> GroupsOf(const Demographics& demographics);

// What people call the user: the preferred names, where there are any, else the given and the
// family name; on one line, at most 255 bytes. Empty: it is not said.
std::string DisplayNameOf(const User& user);

// What demographics.csv says anything of: what is before the colon in its groups.
std::vector<std::string> DemographicDimensions();

// Team of a class within its school.
std::string TeamOf(const ClassRow& row);

// `metadata.indicator`, separated by `;`, in the order written.
std::vector<std::string> IndicatorsOf(const LineItem& line_item);

// The assessment that a line item is: `metadata.assessment`, else
// `<title>-<session>-<digest of title, category and session>`.
std::string AssessmentIdOf(const LineItem& line_item);

}  // namespace throughline::oneroster
