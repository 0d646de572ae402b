#include "cycles/domain/errors.h"

#include <fmt/format.h>

#include "core/known_ids.h"
#include "disclosure/enum_words.h"

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
    return Precondition(
        "WRONG_PHASE", "phase",
        fmt::format("Say which phase: the cycle is in {}.", disclosure::WordOf(current)));
  }
  return Precondition("WRONG_PHASE", "phase",
                      fmt::format("The cycle is in {}, not in {}.", disclosure::WordOf(current),
                                  disclosure::WordOf(wanted)));
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

Error AnswerStands(std::string_view review) {
  return Precondition(
      "ANSWER_STANDS", "review",
      fmt::format("The cycle of the review {} is over: its answer can be changed no "
                  "longer.",
                  review));
}

Error PhaseNotEnded(v1::CycleState current, v1::CycleState wanted) {
  return Precondition(
      "PHASE_NOT_ENDED", "phase",
      fmt::format("The phase {} is not the one that ended last: the cycle is in {}.",
                  disclosure::WordOf(wanted), disclosure::WordOf(current)));
}

Error ReopeningTooLate(v1::CycleState phase, std::string_view due) {
  return Precondition("REOPENING_TOO_LATE", "phase",
                      fmt::format("The phase {} can be reopened until the day on which it was due, "
                                  "{}.",
                                  disclosure::WordOf(phase), due));
}

Error NextCycleBegun(std::string_view next) {
  return Precondition("NEXT_CYCLE_BEGUN", "cycle",
                      fmt::format("A later cycle of the team, {}, has begun.", next));
}

Error NotYoursToReopen(v1::CycleState phase) {
  return {Code::kPermissionDenied, "NOT_YOURS_TO_REOPEN",
          fmt::format("The phase {} is reopened by who ended it, or by a leader.",
                      disclosure::WordOf(phase)),
          "phase"};
}

Error ReopeningReasonMissing() {
  return Invalid("REASON_MISSING", "reason", "Say why the phase is reopened.");
}

Error AmendedTooEarly(v1::CycleState current, v1::CycleState phase) {
  return Precondition(
      "AMENDED_TOO_EARLY", "artefact",
      fmt::format("The phase {} is not over: the cycle is in {}. What is recorded in "
                  "a phase is recorded again until it ends.",
                  disclosure::WordOf(phase), disclosure::WordOf(current)));
}

Error PredictionStands() {
  return Precondition("PREDICTION_STANDS", "design.indicators",
                      "What was predicted stays as it was when the design phase ended.");
}

Error LookUnknown(int number, int looks) {
  return {Code::kNotFound, "LOOK_UNKNOWN",
          fmt::format("There is no look {}: the cycle has {}.", number, looks), "look_number"};
}

Error VisitUnknown(std::string_view visit) { return core::Unknown("visit", visit); }

Error PacketUnknown(std::string_view visit) {
  return core::NotFound("PACKET_UNKNOWN", "visit", "packet of the visit", visit,
                        " yet: it is put together on the morning of the visit");
}

Error NotAtTheVisit(std::string_view school) {
  return {Code::kPermissionDenied, "NOT_AT_THE_VISIT",
          fmt::format("People of the school {} do not take part in this visit.", school), "school"};
}

Error NotTheHost(std::string_view school) {
  return {Code::kPermissionDenied, "NOT_THE_HOST",
          fmt::format("This is for the school that is visited, and {} visits it.", school),
          "school"};
}

Error DateInvalid(std::string_view field) {
  return Invalid("DATE_INVALID", field,
                 fmt::format("{} must be a day from 1970 to 2999, written YYYY-MM-DD.", field));
}

Error NotInstructional(std::string_view date) {
  return Precondition("NOT_INSTRUCTIONAL", "date",
                      fmt::format("The school does not teach on {}.", date));
}

Error VisitInPast(std::string_view today) {
  return Precondition("VISIT_IN_PAST", "date",
                      fmt::format("A visit is planned for today, {}, or later.", today));
}

Error VisitThatDay(std::string_view visit) {
  return Precondition("VISIT_THAT_DAY", "date",
                      fmt::format("The school has the visit {} on that day already.", visit));
}

Error VisitorsInvalid(int at_least, int at_most) {
  return Invalid("VISITORS_INVALID", "visitors",
                 fmt::format("Visitors come from {} to {} different schools other than the host.",
                             at_least, at_most));
}

Error LookForsInvalid(int at_most) {
  return Invalid(
      "LOOK_FORS_INVALID", "look_fors",
      fmt::format("A visit has 1 to {} look-fors, each with an id of its own.", at_most));
}

Error LookForInvalid(std::string_view field, std::string_view what) {
  return Invalid("LOOK_FOR_INVALID", field, fmt::format("{}: {}", field, what));
}

Error LookForUnknown(std::string_view field, std::string_view look_for) {
  return core::NotFound("LOOK_FOR_UNKNOWN", field, "look-for of the visit", look_for, "");
}

Error RubricUnknown(std::string_view field, std::string_view rubric, int revision) {
  const std::string which = revision == 0 ? "" : fmt::format("revision {} of ", revision);
  return {Code::kNotFound, "RUBRIC_UNKNOWN",
          fmt::format("The district has not published {}the rubric {}.", which, rubric),
          std::string(field)};
}

Error CriterionUnknown(std::string_view field, std::string_view criterion, std::string_view rubric,
                       const std::set<std::string>& criteria) {
  return {Code::kNotFound, "CRITERION_UNKNOWN",
          fmt::format("The rubric {} has no criterion {}.{}", rubric, criterion,
                      core::ThereAre(criteria)),
          std::string(field)};
}

Error LevelsDiffer(std::string_view field, std::string_view rubric, int levels) {
  return Invalid("LEVELS_DIFFER", field,
                 fmt::format("The rubric {} has {} levels.", rubric, levels));
}

Error RoomInvalid(std::string_view field, std::string_view what) {
  return Invalid("ROOM_INVALID", field, fmt::format("{}: {}", field, what));
}

Error RoomsAtMost(int at_most) {
  return Precondition("ROOMS_AT_MOST", "room",
                      fmt::format("A visit has at most {} rooms.", at_most));
}

Error RoomsRecorded() {
  return Precondition("ROOMS_RECORDED", "look_fors",
                      "Rooms are recorded already: what they were looked at for stays.");
}

Error NotPrepared() {
  return Precondition("NOT_PREPARED", "look_fors",
                      "The host has to say first what is looked for in its rooms.");
}

Error WrongStep(v1::VisitState current, v1::VisitState wanted) {
  if (current == v1::VISIT_STATE_PLANNED) {
    return Precondition("WRONG_STEP", "step", "The visit is planned: its day has not come yet.");
  }
  if (wanted == v1::VISIT_STATE_UNSPECIFIED) {
    return Precondition(
        "WRONG_STEP", "step",
        fmt::format("Say which step: the visit is in {}.", disclosure::WordOf(current)));
  }
  return Precondition("WRONG_STEP", "step",
                      fmt::format("The visit is in {}, not in {}.", disclosure::WordOf(current),
                                  disclosure::WordOf(wanted)));
}

Error StepIncomplete(const std::vector<std::string>& fields) {
  // A line each, so that clients can show them separately.
  std::string message = "The step cannot end yet.";
  for (const std::string& field : fields) message += fmt::format("\n{}: It is missing.", field);
  return Precondition("STEP_INCOMPLETE", fields.front(), std::move(message));
}

Error VisitOver(std::string_view visit) {
  return Precondition("VISIT_OVER", "visit", fmt::format("The visit {} is over.", visit));
}

Error VisitDebriefed(std::string_view visit) {
  return Precondition("VISIT_DEBRIEFED", "visit",
                      fmt::format("The visit {} was debriefed, and is given up no more.", visit));
}

Error DebriefInvalid(std::string_view field, int at_most) {
  return Invalid("DEBRIEF_INVALID", field, fmt::format("{} are at most {}.", field, at_most));
}

Error CommitmentsInvalid(int at_most) {
  return Invalid(
      "COMMITMENTS_INVALID", "commitments",
      fmt::format("A visit has at most {} commitments, each with an id of its own.", at_most));
}

Error CommitmentInvalid(std::string_view field, std::string_view what) {
  return Invalid("COMMITMENT_INVALID", field, fmt::format("{}: {}", field, what));
}

Error CommitmentOutsideTerms(std::string_view field, int days, std::string_view last) {
  return Precondition(
      "COMMITMENT_OUTSIDE_TERMS", field,
      fmt::format("{}: {} instructional days from today are more than the calendar has: its last "
                  "term ends on {}.",
                  field, days, last));
}

Error CommitmentUnknown(std::string_view commitment) {
  return core::Unknown("commitment", commitment);
}

Error OutcomeMissing() {
  return Invalid("OUTCOME_MISSING", "outcome", "Say whether the commitment was kept.");
}

Error CommitmentNotYours() {
  return {Code::kPermissionDenied, "NOT_YOURS_TO_ANSWER",
          "A commitment of leaders is answered by leaders.", "commitment"};
}

Error VisitReasonMissing() {
  return Invalid("REASON_MISSING", "reason", "Say why the visit is given up.");
}

Error ProposalInvalid(std::string_view field, std::string_view what) {
  return Invalid("PROPOSAL_INVALID", field, fmt::format("{} {}", field, what));
}

Error OutsideSchoolYear(std::string_view field) {
  return Precondition("OUTSIDE_SCHOOL_YEAR", field,
                      fmt::format("{} is in no school year of the calendar.", field));
}

}  // namespace throughline::cycles
