#include "plans/domain/completeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/date.h"

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

v1::QuestionCheck Measures(const v1::SitePlan& plan) {
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
  for (int i = 0; i < plan.practices_size(); ++i) {
    if (plan.practices(i).indicators().empty()) {
      Vague(check, "SERVES_NO_INDICATOR", fmt::format("practices[{}].indicators", i),
            "The practice serves no indicator.");
    }
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

// The links of a plan by the ids at their ends.
class Pathway {
 public:
  explicit Pathway(const v1::SitePlan& plan) : plan_(plan) {
    for (const auto& priority : plan.priorities()) priorities_.insert(priority.priority());
    for (const auto& indicator : plan.indicators()) indicators_.insert(indicator.indicator());
    for (const auto& practice : plan.practices()) {
      served_.insert(practice.indicators().begin(), practice.indicators().end());
    }
  }

  v1::PathwayCheck Check() {
    CheckIndicators();
    CheckPractices();
    CheckCircles();
    check_.set_valid(check_.broken_links().empty());
    return check_;
  }

 private:
  void Broken(const char* reason, std::string field, std::string message) {
    v1::Finding& finding = *check_.add_broken_links();
    finding.set_reason(reason);
    finding.set_field(std::move(field));
    finding.set_message(std::move(message));
  }

  void CheckIndicators() {
    for (int i = 0; i < plan_.indicators_size(); ++i) {
      const v1::SuccessIndicator& indicator = plan_.indicators(i);
      const std::string field = fmt::format("indicators[{}]", i);
      if (!priorities_.contains(indicator.priority())) {
        Broken("REACHES_NO_PRIORITY", field + ".priority",
               fmt::format("The indicator {} reaches no priority of the plan.",
                           indicator.indicator()));
      }
      if (indicator.assessments().empty()) {
        Broken("NOT_REACHED_FROM_EVIDENCE", field + ".assessments",
               fmt::format("No evidence reaches the indicator {}.", indicator.indicator()));
      }
      if (!served_.contains(indicator.indicator())) {
        Broken("ORPHANED", field,
               fmt::format("No practice serves the indicator {}.", indicator.indicator()));
      }
    }
  }

  void CheckPractices() {
    for (int i = 0; i < plan_.practices_size(); ++i) {
      const v1::PlanPractice& practice = plan_.practices(i);
      const std::string field = fmt::format("practices[{}].indicators", i);
      if (practice.indicators().empty()) {
        Broken("SERVES_NO_INDICATOR", field,
               fmt::format("The practice {} serves no indicator.", practice.practice()));
      }
      for (int j = 0; j < practice.indicators_size(); ++j) {
        if (indicators_.contains(practice.indicators(j))) continue;
        Broken("UNKNOWN_INDICATOR", fmt::format("{}[{}]", field, j),
               fmt::format("The practice {} serves {}, which is no indicator of the plan.",
                           practice.practice(), practice.indicators(j)));
      }
    }
  }

  // The links go from evidence to practice to indicator to priority: a circle needs something that
  // stands in two places.
  void CheckCircles() {
    for (int i = 0; i < plan_.practices_size(); ++i) {
      const v1::PlanPractice& practice = plan_.practices(i);
      const bool twice =
          indicators_.contains(practice.practice()) || priorities_.contains(practice.practice());
      if (twice) {
        Broken("CIRCULAR", fmt::format("practices[{}].practice", i),
               fmt::format("{} is both a practice and what it serves.", practice.practice()));
      }
      for (int j = 0; j < practice.evidence_sources_size(); ++j) {
        const std::string& source = practice.evidence_sources(j);
        if (!indicators_.contains(source) && source != practice.practice()) continue;
        Broken("CIRCULAR", fmt::format("practices[{}].evidence_sources[{}]", i, j),
               fmt::format("{} is both evidence and what it shows.", source));
      }
    }
    for (int i = 0; i < plan_.indicators_size(); ++i) {
      if (!priorities_.contains(plan_.indicators(i).indicator())) continue;
      Broken(
          "CIRCULAR", fmt::format("indicators[{}].indicator", i),
          fmt::format("{} is both an indicator and a priority.", plan_.indicators(i).indicator()));
    }
  }

  const v1::SitePlan& plan_;
  v1::PathwayCheck check_;
  std::set<std::string> priorities_, indicators_, served_;
};

}  // namespace

std::vector<v1::QuestionCheck> CheckQuestions(const v1::SitePlan& plan) {
  return {Priorities(plan), Measures(plan),    Indicators(plan),
          Practices(plan),  EvidenceUse(plan), Timeframes(plan)};
}

v1::PathwayCheck CheckPathway(const v1::SitePlan& plan) { return Pathway(plan).Check(); }

}  // namespace throughline::plans
