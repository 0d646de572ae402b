#include "plans/domain/survey.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "core/display_text.h"
#include "core/ids.h"
#include "core/purpose.h"
#include "core/statistics/agreement.h"
#include "core/time_zone.h"
#include "plans/domain/errors.h"
#include "plans/domain/limits.h"
#include "plans/domain/policy.h"
#include "plans/domain/rubric.h"
#include "plans/domain/shipped_templates.h"
#include "plans/domain/survey_items.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using core::Error;
using core::Result;

namespace {

constexpr int kDaysAtMost = 60;
constexpr size_t kSealedAtMost = 1024;

bool IsTheDistricts(const v1::SurveyRound& round) { return round.school().empty(); }

// Of the round and of what belongs to it.
std::string KeyOf(const v1::SurveyRound& round) {
  return IsTheDistricts(round) ? JoinKey(round.district(), round.round())
                               : JoinKey(round.district(), round.school(), round.round());
}

std::string SubjectOf(const v1::SurveyRound& round) {
  return IsTheDistricts(round) ? round.district()
                               : core::Key{round.district(), round.school()}.Text();
}

std::string TimerOf(const v1::SurveyRound& round) {
  return std::string(IsTheDistricts(round) ? kDistrictSurveyEnds : kSurveyEnds) + KeyOf(round);
}

decider::Table<v1::SurveyRound> TableOf(const v1::SurveyRound& round) {
  return IsTheDistricts(round) ? kDistrictSurveys : kSurveys;
}

bool IsOpen(const v1::SurveyRound& round, core::Instant now) {
  return round.state() == v1::SURVEY_STATE_OPEN && core::ToMillis(now) < round.until_ms();
}

v1::SurveyRound WithState(v1::SurveyRound round, v1::SurveyState state) {
  round.set_state(state);
  round.set_version(round.version() + 1);
  return round;
}

const v1::SurveyRound* FindRound(std::string_view district, std::string_view school,
                                 std::string_view round, const decider::State& state) {
  return school.empty() ? state.Find(kDistrictSurveys, JoinKey(district, round))
                        : state.Find(kSurveys, JoinKey(district, school, round));
}

std::optional<Error> CheckPlace(std::string_view district, std::string_view school,
                                const decider::State& state) {
  if (auto error = core::CheckIds({{"district", district}, {"school", school, true}})) {
    return error;
  }
  if (state.Find(kAdopted, district) == nullptr) return DistrictUnknown(district);
  if (!school.empty() && state.Find(kSchools, core::Key{district, school}.Text()) == nullptr) {
    return SchoolUnknown(school);
  }
  return std::nullopt;
}

// Which rubric the items are from, as every partition knows it.
Result<v1::Rubric> RubricOf(const v1::OpenSurveyRoundRequest& request,
                            const decider::State& state) {
  if (request.rubric().empty()) return ShippedSurvey();
  const auto* rubric =
      request.revision() == 0
          ? state.Find(kAdoptedRubrics, JoinKey(request.district(), request.rubric()))
          : state.Find(kRubricRevisions,
                       RevisionKey(request.district(), request.rubric(), request.revision()));
  if (rubric == nullptr) return core::Refuse(RubricUnknown(request.rubric()));
  return *rubric;
}

Result<void> SetItems(const v1::OpenSurveyRoundRequest& request, const decider::State& state,
                      v1::SurveyRound& round) {
  auto rubric = RubricOf(request, state);
  if (!rubric) return core::Refuse(rubric.error());
  auto items = ItemsOf(*rubric);
  if (!items) return core::Refuse(items.error());
  round.set_rubric(request.rubric());
  round.set_revision(rubric->revision());
  for (v1::SurveyItem& item : *items) *round.add_items() = std::move(item);
  return {};
}

Result<void> SetWindow(const v1::OpenSurveyRoundRequest& request, const decider::Turn& turn,
                       v1::SurveyRound& round) {
  const std::string& zone = turn.state().Find(kAdopted, round.district())->time_zone();
  const core::Date today = core::LocalDate(turn.now(), zone);
  const auto first = request.first_day().empty() ? today : core::ParseDate(request.first_day());
  if (!first) return core::Refuse(DateInvalid("first_day"));
  const auto last = core::ParseDate(request.last_day());
  if (!last) return core::Refuse(DateInvalid("last_day"));
  if (*first < today || *last < *first || *last - *first > std::chrono::days(kDaysAtMost)) {
    return core::Refuse(WindowInvalid(kDaysAtMost));
  }
  round.set_first_day(core::FormatDate(*first));
  round.set_last_day(core::FormatDate(*last));
  round.set_from_ms(core::ToMillis(core::StartOfDay(*first, zone)));
  round.set_until_ms(core::ToMillis(core::StartOfDay(*last + std::chrono::days(1), zone)));
  return {};
}

// One that is open there already, of those that the same level opened.
const v1::SurveyRound* FindOpen(const v1::SurveyRound& like, core::Instant now,
                                const decider::State& state) {
  const std::string prefix = IsTheDistricts(like) ? JoinKey(like.district(), "")
                                                  : JoinKey(like.district(), like.school(), "");
  const v1::SurveyRound* open = nullptr;
  state.ForEach(TableOf(like), prefix, [&](const std::string&, const v1::SurveyRound& one) {
    if (one.of_district() == like.of_district() && IsOpen(one, now)) open = &one;
  });
  return open;
}

// What happens to a district's round happens in each of its schools.
decider::Delivery DeliveryOf(const v1::SurveyRound& round) {
  return IsTheDistricts(round) ? decider::Delivery::ToEveryPartition()
                               : decider::Delivery::Nowhere();
}

void EmitOpened(const v1::SurveyRound& round, decider::Turn& turn) {
  v1::SurveyRoundOpened opened;
  *opened.mutable_round() = round;
  turn.Emit(opened, SubjectOf(round), DeliveryOf(round));
}

v1::SurveyRound EmitCancelled(const v1::SurveyRound& round, const std::string& reason,
                              decider::Turn& turn) {
  v1::SurveyRoundCancelled cancelled;
  *cancelled.mutable_round() = WithState(round, v1::SURVEY_STATE_CANCELLED);
  cancelled.mutable_round()->set_cancel_reason(reason);
  turn.Emit(cancelled, SubjectOf(round), DeliveryOf(round));
  return cancelled.round();
}

void EmitEnded(const v1::SurveyRound* round, decider::Turn& turn) {
  if (round == nullptr || round->state() != v1::SURVEY_STATE_OPEN) return;
  v1::SurveyRoundEnded ended;
  *ended.mutable_round() = WithState(*round, v1::SURVEY_STATE_ENDED);
  turn.Emit(ended, SubjectOf(ended.round()));
}

void EraseBallots(const v1::SurveyRound& round, decider::State& state) {
  std::vector<std::string> keys;
  state.ForEach(kSurveyBallots, JoinKey(KeyOf(round), ""),
                [&](const std::string& key, const auto&) { keys.push_back(key); });
  for (const std::string& key : keys) state.Erase(kSurveyBallots, key);
}

// Of the school's latest round with ratings that had ended before this one does. A school's own
// and a district's may overlap, so that their ids, which begin with first days, do not tell.
const v1::SurveyResults* ResultsBefore(const v1::SurveyRound& round, const decider::State& state) {
  const v1::SurveyResults* before = nullptr;
  state.ForEach(kSurveyResults, JoinKey(round.district(), round.school(), ""),
                [&](const std::string&, const v1::SurveyResults& one) {
                  if (one.round() == round.round() || one.factors().empty()) return;
                  if (one.last_day() > round.last_day()) return;
                  if (before == nullptr || before->last_day() <= one.last_day()) before = &one;
                });
  return before;
}

// How the coherence of each factor compares with the round before, and in which it fell by the
// district's policy.
void Compare(const v1::SurveyResults* before, double at_least,
             v1::SurveyResultsRecorded& recorded) {
  if (before == nullptr) return;
  std::map<int, double> coherence;
  for (const v1::FactorRating& factor : before->factors()) {
    coherence[factor.factor()] = factor.rating().coherence();
  }
  for (const v1::FactorRating& factor : recorded.results().factors()) {
    const auto found = coherence.find(factor.factor());
    if (found == coherence.end()) continue;
    v1::CoherenceFall& compared = *recorded.add_compared();
    compared.set_factor(factor.factor());
    compared.set_before(found->second);
    compared.set_now(factor.rating().coherence());
    for (const v1::SurveyItem& item : recorded.round().items()) {
      if (item.factor() == factor.factor()) compared.set_name(item.name());
    }
    if (core::HasFallenBy(compared.before(), compared.now(), at_least)) {
      *recorded.add_falls() = compared;
    }
  }
}

}  // namespace

void Decide(const v1::OpenSurveyRoundRequest& request, decider::Turn& turn) {
  if (auto error = CheckPlace(request.district(), request.school(), turn.state())) {
    return turn.Refuse(*error);
  }
  if (auto error = core::CheckDisplayText(request.name(), "name", kNameAtMost)) {
    return turn.Refuse(*error);
  }
  v1::SurveyRound round;
  round.set_district(request.district());
  round.set_school(request.school());
  round.set_name(request.name());
  round.set_of_district(request.school().empty());
  if (auto set = SetWindow(request, turn, round); !set) return turn.Refuse(set.error());
  if (auto set = SetItems(request, turn.state(), round); !set) return turn.Refuse(set.error());
  if (const auto* open = FindOpen(round, turn.now(), turn.state())) {
    return turn.Refuse(SurveyOpen(open->round()));
  }
  round.set_round(
      fmt::format("{}-{}", round.first_day(),
                  core::DerivedId({round.district(), round.school(), turn.input_id()})));
  round.set_state(v1::SURVEY_STATE_OPEN);
  round.set_version(1);
  EmitOpened(round, turn);
  v1::OpenSurveyRoundResponse response;
  *response.mutable_round() = round;
  turn.Answer(response);
}

void Decide(const v1::SurveyRoundOpened& opened, decider::Turn& turn) {
  std::vector<v1::SurveyRound> rounds;
  turn.state().ForEach(kSchools, JoinKey(opened.round().district(), ""),
                       [&](const std::string&, const v1::School& school) {
                         v1::SurveyRound& round = rounds.emplace_back(opened.round());
                         round.set_school(school.school());
                       });
  for (const v1::SurveyRound& round : rounds) {
    if (turn.state().Find(kSurveys, KeyOf(round)) == nullptr) EmitOpened(round, turn);
  }
}

void Decide(const v1::CancelSurveyRoundRequest& request, decider::Turn& turn) {
  if (auto error = CheckPlace(request.district(), request.school(), turn.state())) {
    return turn.Refuse(*error);
  }
  const auto* round =
      FindRound(request.district(), request.school(), request.round(), turn.state());
  if (round == nullptr) return turn.Refuse(SurveyUnknown(request.round()));
  if (round->of_district() && !IsTheDistricts(*round)) return turn.Refuse(SurveyOfDistrict());
  if (auto error = core::CheckPurpose(request.reason(), "reason", ReasonMissing())) {
    return turn.Refuse(*error);
  }
  v1::CancelSurveyRoundResponse response;
  if (round->state() == v1::SURVEY_STATE_CANCELLED) {
    *response.mutable_round() = *round;
    return turn.Answer(response);
  }
  if (!IsOpen(*round, turn.now())) return turn.Refuse(SurveyOver());
  *response.mutable_round() = EmitCancelled(*round, request.reason(), turn);
  turn.Answer(response);
}

void Decide(const v1::SurveyRoundCancelled& cancelled, decider::Turn& turn) {
  const v1::SurveyRound& of_district = cancelled.round();
  std::vector<v1::SurveyRound> rounds;
  turn.state().ForEach(kSchools, JoinKey(of_district.district(), ""),
                       [&](const std::string&, const v1::School& school) {
                         const auto* round = FindRound(of_district.district(), school.school(),
                                                       of_district.round(), turn.state());
                         if (round != nullptr && round->state() == v1::SURVEY_STATE_OPEN) {
                           rounds.push_back(*round);
                         }
                       });
  for (const v1::SurveyRound& round : rounds) {
    EmitCancelled(round, of_district.cancel_reason(), turn);
  }
}

void Decide(const v1::CastSurveyBallotRequest& request, decider::Turn& turn) {
  const auto* round =
      FindRound(request.district(), request.school(), request.round(), turn.state());
  if (round == nullptr || IsTheDistricts(*round)) {
    return turn.Refuse(SurveyUnknown(request.round()));
  }
  if (!IsOpen(*round, turn.now())) return turn.Refuse(SurveyOver());
  if (core::ToMillis(turn.now()) < round->from_ms()) {
    return turn.Refuse(SurveyNotBegun(round->first_day()));
  }
  if (!core::IsId(request.rater())) return turn.Refuse(IdInvalid("rater"));
  if (request.sealed().size() > kSealedAtMost) {
    return turn.Refuse(TextTooLong("sealed", kSealedAtMost));
  }
  const auto* known = turn.state().Find(kSurveyBallots, JoinKey(KeyOf(*round), request.rater()));
  if (known == nullptr || known->sealed() != request.sealed()) {
    v1::SurveyBallotCast cast;
    cast.set_district(request.district());
    cast.set_school(request.school());
    cast.set_round(request.round());
    cast.set_rater(request.rater());
    cast.set_sealed(request.sealed());
    turn.Emit(cast, SubjectOf(*round));
  }
  turn.Answer(v1::CastSurveyBallotResponse());
}

void Decide(const v1::RecordSurveyResultsRequest& request, decider::Turn& turn) {
  const v1::SurveyResults& results = request.results();
  const auto* round =
      FindRound(results.district(), results.school(), results.round(), turn.state());
  if (round == nullptr || IsTheDistricts(*round)) {
    return turn.Refuse(SurveyUnknown(results.round()));
  }
  if (round->state() == v1::SURVEY_STATE_OPEN) return turn.Refuse(SurveyNotEnded());
  if (round->state() == v1::SURVEY_STATE_ENDED) {
    v1::SurveyResultsRecorded recorded;
    *recorded.mutable_round() = WithState(*round, v1::SURVEY_STATE_COUNTED);
    *recorded.mutable_results() = results;
    const auto* district = turn.state().Find(kAdopted, results.district());
    const auto policy = district == nullptr ? DefaultPolicy() : WholePolicy(district->policy());
    Compare(ResultsBefore(*round, turn.state()), policy.coherence_fall(), recorded);
    turn.Emit(recorded, SubjectOf(recorded.round()));
  }
  turn.Answer(v1::RecordSurveyResultsResponse());
}

void DecideSurveyEnds(std::string_view timer, decider::Turn& turn) {
  EmitEnded(turn.state().Find(kSurveys, timer.substr(kSurveyEnds.size())), turn);
}

void DecideDistrictSurveyEnds(std::string_view timer, decider::Turn& turn) {
  EmitEnded(turn.state().Find(kDistrictSurveys, timer.substr(kDistrictSurveyEnds.size())), turn);
}

void Apply(const v1::SurveyRoundOpened& opened, decider::State& state) {
  const v1::SurveyRound& round = opened.round();
  state.Edit(TableOf(round), KeyOf(round)) = round;
  state.SetTimer(TimerOf(round), core::FromMillis(round.until_ms()));
}

void Apply(const v1::SurveyBallotCast& cast, decider::State& state) {
  const std::string key = JoinKey(cast.district(), cast.school(), cast.round(), cast.rater());
  state.Edit(kSurveyBallots, key).set_sealed(cast.sealed());
}

void Apply(const v1::SurveyRoundEnded& ended, decider::State& state) {
  const v1::SurveyRound& round = ended.round();
  state.Edit(TableOf(round), KeyOf(round)) = round;
  state.ClearTimer(TimerOf(round));
  if (IsTheDistricts(round)) return;
  v1::UncountedRoundRow& uncounted = state.Edit(kUncountedSurveys, KeyOf(round));
  uncounted.set_district(round.district());
  uncounted.set_school(round.school());
  uncounted.set_round(round.round());
}

void Apply(const v1::SurveyRoundCancelled& cancelled, decider::State& state) {
  const v1::SurveyRound& round = cancelled.round();
  state.Edit(TableOf(round), KeyOf(round)) = round;
  state.ClearTimer(TimerOf(round));
  EraseBallots(round, state);
}

void Apply(const v1::SurveyResultsRecorded& recorded, decider::State& state) {
  const v1::SurveyRound& round = recorded.round();
  state.Edit(TableOf(round), KeyOf(round)) = round;
  state.Edit(kSurveyResults, KeyOf(round)) = recorded.results();
  state.Erase(kUncountedSurveys, KeyOf(round));
  EraseBallots(round, state);
}

}  // namespace throughline::plans
