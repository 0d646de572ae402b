#include "cycles/domain/errors.h"

#include <fmt/format.h>

#include "core/known_ids.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

using core::Code;
using core::Error;
using core::Invalid;
using core::Precondition;

Error TeamUnknown(std::string_view team, const std::set<std::string>& teams) {
  Error error = core::Unknown("team", team);
  if (!team.empty()) error.message += core::ThereAre(teams);
  return error;
}

Error ProgressionUnknown(std::string_view progression, std::string_view team,
                         const std::set<std::string>& progressions) {
  return {Code::kNotFound, "PROGRESSION_UNKNOWN",
          fmt::format("The team {} has no progression {}.{}", team, progression,
                      core::ThereAre(progressions)),
          "progression"};
}

Error IndicatorUnknown(std::string_view field, std::string_view indicator,
                       const std::set<std::string>& indicators) {
  return {
      Code::kNotFound, "INDICATOR_UNKNOWN",
      fmt::format("There is no indicator {}: no plan of the school has it, and no assessment of "
                  "the district observes it.{}",
                  indicator, core::ThereAre(indicators)),
      std::string(field)};
}

Error IndicatorNotObserved(std::string_view field, std::string_view indicator,
                           const std::set<std::string>& observed) {
  std::string message = fmt::format(
      "No assessment of the district observes {} yet: no result counts for it until one does.",
      indicator);
  const std::string listed = core::Listed(observed);
  if (!listed.empty()) message += fmt::format(" Those that are observed: {}.", listed);
  return {Code::kFailedPrecondition, "INDICATOR_NOT_OBSERVED", std::move(message),
          std::string(field)};
}

Error ProblemUnknown(std::string_view problem, const std::set<std::string>& problems) {
  return {Code::kNotFound, "PROBLEM_UNKNOWN",
          fmt::format("No published plan of the school has the problem of practice {}.{}", problem,
                      core::ThereAre(problems)),
          "analysis.problem"};
}

Error TeamInactive(std::string_view team) {
  return Precondition("TEAM_INACTIVE", "team", fmt::format("The team {} is not active.", team));
}

Error CycleUnknown(std::string_view cycle) { return core::Unknown("cycle", cycle); }

Error ReviewUnknown(std::string_view review) { return core::Unknown("review", review); }

Error StartInvalid() {
  return Invalid("START_INVALID", "start",
                 "start must be a day from 1970 to 2999, written YYYY-MM-DD.");
}

Error OutsideTerms(int days, std::string_view start, std::string_view last) {
  return Precondition(
      "OUTSIDE_TERMS", "start",
      fmt::format(
          "The {} instructional days of a cycle from {} are more than the calendar has: its "
          "last term ends on {}. Begin earlier, or add the terms that follow.",
          days, start, last));
}

Error CycleInPast(std::string_view start, std::string_view end, std::string_view today) {
  return Precondition(
      "CYCLE_IN_PAST", "start",
      fmt::format("A cycle from {} would have ended on {}, and today is {}. Begin it later.", start,
                  end, today));
}

Error CycleUnderWay(std::string_view cycle) {
  return Precondition("CYCLE_UNDER_WAY", "team",
                      fmt::format("The team has the cycle {} already; the next one follows when it "
                                  "is closed.",
                                  cycle));
}

Error IndicatorsInvalid(int at_most) {
  return Invalid("INDICATORS_INVALID", "indicators",
                 fmt::format("A cycle works on 1 to {} different indicators.", at_most));
}

Error IndicatorNotOfCycle(std::string_view field) {
  return Invalid("INDICATOR_NOT_OF_CYCLE", field,
                 fmt::format("{} is no indicator of the cycle.", field));
}

Error PredictionInvalid(std::string_view field) {
  return Invalid("PREDICTION_INVALID", field,
                 fmt::format("{} must be an effect size over 0 and at most 5.", field));
}

Error IndicatorTwice(std::string_view field) {
  return Invalid("INDICATOR_TWICE", field, fmt::format("{} is there already.", field));
}

Error GrowthInvalid(std::string_view field) {
  return Invalid("GROWTH_INVALID", field,
                 fmt::format("{} must be a share of the baseline mean from 0 to 5.", field));
}

Error WrongPhase(v1::CycleState current, v1::CycleState wanted) {
  if (current == v1::CYCLE_STATE_SCHEDULED) {
    return Precondition("WRONG_PHASE", "phase",
                        "The cycle is scheduled: its first phase has not begun yet.");
  }
  if (wanted == v1::CYCLE_STATE_UNSPECIFIED) {
    return Precondition("WRONG_PHASE", "phase",
                        fmt::format("Say which phase: the cycle is in {}.", NameOf(current)));
  }
  return Precondition(
      "WRONG_PHASE", "phase",
      fmt::format("The cycle is in {}, not in {}.", NameOf(current), NameOf(wanted)));
}

Error CycleOver(std::string_view cycle) {
  return Precondition("CYCLE_OVER", "cycle", fmt::format("The cycle {} is over.", cycle));
}

Error ArtefactsMissing(const std::vector<std::string>& fields) {
  // A line each, so that clients can show them separately.
  std::string message = "The phase cannot end yet.";
  for (const std::string& field : fields) message += fmt::format("\n{}: It is missing.", field);
  return Precondition("ARTEFACTS_MISSING", fields.front(), std::move(message));
}

Error LookOutsideWindow(std::string_view start, std::string_view end) {
  return Invalid("LOOK_OUTSIDE_WINDOW", "look.date",
                 fmt::format("look.date must be a day from {} to {}.", start, end));
}

Error LookInFuture(std::string_view today) {
  return Invalid("LOOK_IN_FUTURE", "look.date",
                 fmt::format("look.date must not be after today, {}.", today));
}

Error NothingSaid(std::string_view field) {
  return Invalid("NOTHING_SAID", field, fmt::format("There is nothing in {}.", field));
}

Error ObservationMissing() {
  return Invalid("OBSERVATION_MISSING", "look.observation", "Say what was seen.");
}

Error ReasonMissing() {
  return Invalid("REASON_MISSING", "reason", "Say why the cycle is given up.");
}

Error AnswerMissing() {
  return Invalid("ANSWER_MISSING", "answer", "Answer with keep on, adjust or pause.");
}

Error AdjustmentMissing() {
  return Invalid("ADJUSTMENT_MISSING", "adjustment", "Say which supports or tasks are adjusted.");
}

Error NotYoursToAnswer() {
  return {core::Code::kPermissionDenied, "NOT_YOURS_TO_ANSWER",
          "A review of the school is answered by its leaders.", "review"};
}

Error AnsweredWithThePlan(std::string_view plan) {
  return Precondition("ANSWERED_WITH_THE_PLAN", "review",
                      fmt::format("The review of plan {} is answered with the plan: call "
                                  "AnswerPlanReview, to keep or to revise it.",
                                  plan));
}

Error ReviewAnswered(std::string_view review) {
  return Precondition("REVIEW_ANSWERED", "review",
                      fmt::format("The review {} has been answered.", review));
}

}  // namespace throughline::cycles
