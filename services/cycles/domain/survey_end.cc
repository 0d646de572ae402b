#include "cycles/domain/survey_end.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/time_zone.h"
#include "cycles/domain/conditions.h"
#include "cycles/domain/tables.h"
#include "disclosure/numbers_in_words.h"

namespace throughline::cycles {

namespace {

using plans::v1::SurveyEndNoted;

constexpr int kToldDays = 10;  // instructional ones

constexpr std::string_view kSurveyOver = "over", kSurveyEscalate = "escalate";

std::string TimerOf(std::string_view what, const std::string& district, const std::string& school,
                    const std::string& round) {
  return std::string(kSurveyTimer) + JoinKey(what, district, school, round);
}

v1::Condition SurveyCondition(const std::string& district, const std::string& school,
                              const std::string& round) {
  v1::Condition condition;
  condition.set_district(district);
  condition.set_school(school);
  condition.set_trigger(common::v1::TRIGGER_SURVEY_ENDED);
  condition.set_survey(round);
  return condition;
}

bool IsWithoutRatings(const SurveyEndNoted& noted) {
  return noted.absent() != plans::v1::SURVEY_ABSENCE_UNSPECIFIED;
}

std::string WhatCameOfIt(const SurveyEndNoted& noted) {
  if (noted.school().empty()) return "; each school is told what came of it there.";
  switch (noted.absent()) {
    case plans::v1::SURVEY_ABSENCE_TOO_FEW_RATERS:
      return " without results: fewer than five raters answered.";
    case plans::v1::SURVEY_ABSENCE_KEY_LOST:
      return " without results: the key that its answers were sealed with is lost.";
    default:
      return fmt::format(", and its results are there: {} raters answered.", noted.raters());
  }
}

// It does not say what people call the survey: whoever opened it may have written anything.
std::string ReasonOf(const SurveyEndNoted& noted) {
  return fmt::format("The {}driver survey from {} to {} has ended{}",
                     noted.school().empty() ? "district's " : "",
                     disclosure::DayInWords(noted.first_day()),
                     disclosure::DayInWords(noted.last_day()), WhatCameOfIt(noted));
}

SurveyEndNoted NoteOf(const plans::v1::SurveyRound& round) {
  SurveyEndNoted noted;
  noted.set_district(round.district());
  noted.set_school(round.school());
  noted.set_round(round.round());
  noted.set_first_day(round.first_day());
  noted.set_last_day(round.last_day());
  return noted;
}

void Note(const SurveyEndNoted& noted, decider::Turn& turn) {
  turn.Emit(noted, core::Key{noted.district(), noted.school()}.Text());
  TellSurveyEnd(noted, turn);
}

}  // namespace

void Decide(const plans::v1::SurveyRoundEnded& ended, decider::Turn& turn) {
  if (ended.round().school().empty()) Note(NoteOf(ended.round()), turn);
}

void DecideSurveyEnd(const plans::v1::SurveyResultsRecorded& recorded, decider::Turn& turn) {
  SurveyEndNoted noted = NoteOf(recorded.round());
  noted.set_absent(recorded.results().absent());
  if (recorded.results().has_raters()) noted.set_raters(recorded.results().raters());
  Note(noted, turn);
}

void TellSurveyEnd(const SurveyEndNoted& noted, decider::Turn& turn) {
  std::vector<v1::Condition> told;  // of those before it
  turn.state().ForEach(kConditions, JoinKey(noted.district(), noted.school(), ""),
                       [&](const std::string&, const v1::Condition& condition) {
                         if (!condition.survey().empty()) told.push_back(condition);
                       });
  for (const v1::Condition& one : told) Clear(one, turn);
  v1::Condition ended = SurveyCondition(noted.district(), noted.school(), noted.round());
  ended.set_severity(IsWithoutRatings(noted) ? v1::SEVERITY_WARNING : v1::SEVERITY_INFO);
  ended.set_due(noted.last_day());
  ended.set_reason(ReasonOf(noted));
  Raise(ended, turn);
}

void DecideSurveyTimer(std::string_view timer, decider::Turn& turn) {
  const auto [what, district, school, round] = core::SplitKey<4>(timer.substr(kSurveyTimer.size()));
  const v1::Condition about =
      SurveyCondition(std::string(district), std::string(school), std::string(round));
  const auto* holds = turn.state().Find(kConditions, ConditionKey(about));
  if (holds == nullptr) return;
  v1::Condition ended = *holds;
  if (what == kSurveyOver) return Clear(ended, turn);
  ended.set_severity(v1::SEVERITY_CRITICAL);
  Raise(ended, turn);
}

void Apply(const SurveyEndNoted& noted, decider::State& state) {
  const auto last = core::ParseDate(noted.last_day());
  if (!last) return;
  const auto calendar = district::CalendarOf(state, noted.district(), noted.school());
  const std::string_view zone = district::ZoneOf(state, noted.district());
  const auto set = [&](std::string_view what, int days) {
    state.SetTimer(TimerOf(what, noted.district(), noted.school(), noted.round()),
                   core::StartOfDay(calendar.Add(*last + std::chrono::days{1}, days), zone));
  };
  set(kSurveyOver, kToldDays);
  if (!IsWithoutRatings(noted)) return;
  set(kSurveyEscalate, district::PolicyOf(state, noted.district()).overdue_escalation_days());
}

void ClearSurveyTimers(const v1::Condition& condition, decider::State& state) {
  if (condition.survey().empty()) return;
  for (const std::string_view what : {kSurveyOver, kSurveyEscalate}) {
    state.ClearTimer(TimerOf(what, condition.district(), condition.school(), condition.survey()));
  }
}

}  // namespace throughline::cycles
