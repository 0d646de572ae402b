#include "plans/domain/completeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace throughline::plans {

namespace {

constexpr int kMonthly = 9;  // observations in a school year of nine months
constexpr int kLongestCycleWeeks = 9;

v1::QuestionCheck Begin(int question, bool answered, const char* field, const char* what) {
  v1::QuestionCheck check;
  check.set_question(question);
  check.set_completeness(answered ? v1::COMPLETENESS_ANSWERED : v1::COMPLETENESS_UNANSWERED);
  if (!answered) {
    v1::Finding& finding = *check.add_findings();
    finding.set_reason("UNANSWERED");
    finding.set_field(field);
    finding.set_message(what);
  }
  return check;
}

void Vague(v1::QuestionCheck& check, const char* reason, std::string field, const char* message) {
  if (check.completeness() == v1::COMPLETENESS_UNANSWERED) return;
  check.set_completeness(v1::COMPLETENESS_VAGUE);
  v1::Finding& finding = *check.add_findings();
  finding.set_reason(reason);
  finding.set_field(std::move(field));
  finding.set_message(message);
}

v1::QuestionCheck Priorities(const v1::SitePlan& plan) {
  auto check = Begin(1, !plan.priorities().empty(), "priorities", "Name a priority for learning.");
  for (int i = 0; i < plan.priorities_size(); ++i) {
    if (plan.priorities(i).problems().empty()) {
      Vague(check, "NO_PROBLEM_OF_PRACTICE", fmt::format("priorities[{}].problems", i),
            "The priority names no problem of practice.");
    }
  }
  return check;
}

// What its numbers and its day do not tell: where better is, and that there is time to get there.
void CheckSense(const v1::Measure& measure, const std::string& field, core::Date from,
                v1::QuestionCheck& check) {
  const bool both = measure.has_baseline() && measure.has_target();
  const double gain = measure.lower_is_better() ? measure.baseline() - measure.target()
                                                : measure.target() - measure.baseline();
  if (both && !(gain > 0)) {
    Vague(check, "TARGET_NO_BETTER", field + ".target",
          measure.lower_is_better()
              ? "The target is not below the baseline, and less of it is better."
              : "The target is not above the baseline; say so if less of it is better.");
  }
  const auto date = core::ParseDate(measure.date());
  if (date && *date < from) {
    Vague(check, "DATE_PAST", field + ".date", "The measure's date has passed already.");
  }
}

v1::QuestionCheck Measures(const v1::SitePlan& plan, core::Date from) {
  auto check = Begin(2, !plan.measures().empty(), "measures", "Name a measure of progress.");
  for (int i = 0; i < plan.measures_size(); ++i) {
    const v1::Measure& measure = plan.measures(i);
    const std::string field = fmt::format("measures[{}]", i);
    if (!measure.has_baseline()) {
      Vague(check, "NO_BASELINE", field + ".baseline", "The measure has no baseline.");
    }
    if (!measure.has_target()) {
      Vague(check, "NO_TARGET", field + ".target", "The measure has no target.");
    }
    if (!core::ParseDate(measure.date())) {
      Vague(check, "NO_DATE", field + ".date", "The measure has no date.");
    }
    CheckSense(measure, field, from, check);
  }
  return check;
}

v1::QuestionCheck Indicators(const v1::SitePlan& plan) {
  auto check = Begin(3, !plan.indicators().empty(), "indicators", "Name a success indicator.");
  for (int i = 0; i < plan.indicators_size(); ++i) {
    const std::string field = fmt::format("indicators[{}]", i);
    if (plan.indicators(i).observations_per_year() < kMonthly) {
      Vague(check, "OBSERVED_TOO_SELDOM", field + ".observations_per_year",
            "The indicator is observed less often than monthly.");
    }
    if (plan.indicators(i).assessments().empty()) {
      Vague(check, "NOT_OBSERVABLE", field + ".assessments",
            "No assessment observes the indicator.");
    }
  }
  return check;
}

v1::QuestionCheck Practices(const v1::SitePlan& plan) {
  auto check = Begin(4, !plan.practices().empty(), "practices", "Name a high-yield practice.");
  std::set<std::string> known;
  for (const auto& indicator : plan.indicators()) known.insert(indicator.indicator());
  for (int i = 0; i < plan.practices_size(); ++i) {
    const auto& served = plan.practices(i).indicators();
    const bool serves = std::any_of(served.begin(), served.end(),
                                    [&](const std::string& id) { return known.contains(id); });
    if (serves) continue;
    Vague(check, "SERVES_NO_INDICATOR", fmt::format("practices[{}].indicators", i),
          served.empty() ? "The practice serves no indicator."
                         : "The practice serves no indicator that the plan has.");
  }
  return check;
}

v1::QuestionCheck EvidenceUse(const v1::SitePlan& plan) {
  auto check = Begin(5, !plan.evidence_use().statement().empty(), "evidence_use.statement",
                     "Say how evidence informs feedback and supports.");
  if (plan.evidence_use().feedback_days() < 1) {
    Vague(check, "NO_FEEDBACK_TIME", "evidence_use.feedback_days",
          "No feedback turn-around in days is given.");
  }
  if (plan.evidence_use().adjustment_point().empty()) {
    Vague(check, "NO_ADJUSTMENT_POINT", "evidence_use.adjustment_point",
          "No point of adjustment is given.");
  }
  return check;
}

v1::QuestionCheck Timeframes(const v1::SitePlan& plan) {
  auto check = Begin(6, !plan.timeframes().empty(), "timeframes", "Give a timeframe.");
  for (int i = 0; i < plan.timeframes_size(); ++i) {
    const int weeks = plan.timeframes(i).cycle_weeks();
    if (weeks < 1 || weeks > kLongestCycleWeeks) {
      Vague(check, "NO_SHORT_CYCLE", fmt::format("timeframes[{}].cycle_weeks", i),
            "The timeframe has no recurring cycle of at most 9 weeks.");
    }
  }
  return check;
}

}  // namespace

std::vector<v1::QuestionCheck> CheckQuestions(const v1::SitePlan& plan,
                                              std::optional<core::Date> today) {
  using std::chrono::July;
  const core::Date year_begins = std::chrono::year{plan.year()} / July / 1;
  return {Priorities(plan),  Measures(plan, std::max(year_begins, today.value_or(year_begins))),
          Indicators(plan),  Practices(plan),
          EvidenceUse(plan), Timeframes(plan)};
}

}  // namespace throughline::plans
