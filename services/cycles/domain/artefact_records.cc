#include "cycles/domain/artefact_records.h"

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/ids.h"
#include "cycles/domain/answers.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/named_elsewhere.h"
#include "cycles/domain/practices/adoption.h"
#include "cycles/domain/schedule.h"

namespace throughline::cycles {

using core::Error;

namespace {

constexpr size_t kArtefactBytes = 64UL * 1024;

// Records what `change` makes of the cycle's artefacts in `phase`, unless it changes nothing.
template <class Response, class Request, class Change>
void RecordIn(v1::CycleState phase, const Request& request, decider::Turn& turn, Change change) {
  auto cycle = OpenCycle(request, turn);
  if (!cycle) return turn.Refuse(cycle.error());
  if (cycle->state() != phase) return turn.Refuse(WrongPhase(cycle->state(), phase));
  v1::Cycle changed = *cycle;
  if (std::optional<Error> error = change(changed)) return turn.Refuse(*error);
  if (auto error = CheckLength(changed.artefacts())) return turn.Refuse(*error);
  if (!google::protobuf::util::MessageDifferencer::Equals(*cycle, changed)) Record(changed, turn);
  Response response;
  *response.mutable_cycle() = *turn.state().Find(kCycles, KeyOf(*cycle));
  AnswerShown(std::move(response), request.district(), turn);
}

// The design is all that is predicted: what it leaves out is predicted no longer.
std::optional<Error> TakeDesign(const v1::Design& design, const decider::State& state,
                                v1::Cycle& cycle) {
  for (v1::CycleIndicator& known : *cycle.mutable_indicators()) known.clear_predicted_effect();
  std::set<std::string> taken;
  for (int i = 0; i < design.indicators_size(); ++i) {
    const v1::CycleIndicator& wanted = design.indicators(i);
    const std::string field = fmt::format("design.indicators[{}]", i);
    auto& known = *cycle.mutable_indicators();
    auto at = std::find_if(known.begin(), known.end(), [&](const v1::CycleIndicator& one) {
      return one.indicator() == wanted.indicator();
    });
    if (at == known.end()) return IndicatorNotOfCycle(field);
    if (wanted.has_predicted_effect() &&
        !(wanted.predicted_effect() > 0 && wanted.predicted_effect() <= 5)) {
      return PredictionInvalid(field + ".predicted_effect");
    }
    if (wanted.has_desired_growth_per_year() &&
        !(wanted.desired_growth_per_year() >= 0 && wanted.desired_growth_per_year() <= 5)) {
      return GrowthInvalid(field + ".desired_growth_per_year");
    }
    if (!taken.insert(wanted.indicator()).second) return IndicatorTwice(field);
    *at = wanted;
  }
  *cycle.mutable_artefacts()->mutable_design() = design;
  return CheckSources(cycle, state);
}

}  // namespace

void Record(const v1::Cycle& changed, decider::Turn& turn, const v1::Amendment* amended) {
  v1::ArtefactsRecorded recorded;
  recorded.set_district(changed.district());
  recorded.set_school(changed.school());
  recorded.set_team(changed.team());
  recorded.set_cycle(changed.cycle());
  *recorded.mutable_artefacts() = changed.artefacts();
  *recorded.mutable_indicators() = changed.indicators();
  recorded.set_version(changed.version() + 1);
  if (amended != nullptr) *recorded.mutable_amendment() = *amended;
  turn.Emit(recorded, SubjectOf(changed));
  NotePractices(changed, turn);
}

std::optional<Error> CheckLength(const v1::Artefacts& artefacts) {
  if (artefacts.ByteSizeLong() <= kArtefactBytes) return std::nullopt;
  return TextTooLong("artefacts", kArtefactBytes);
}

std::optional<Error> CheckLook(const v1::Cycle& cycle, const v1::EvidenceLook& look,
                               const decider::Turn& turn) {
  auto date = core::ParseDate(look.date());
  if (!date || *date < DateOf(cycle.start()) || *date > DateOf(cycle.end())) {
    return LookOutsideWindow(cycle.start(), cycle.end());
  }
  const core::Date today = district::TodayOf(cycle.district(), turn);
  if (*date > today) return LookInFuture(core::FormatDate(today));
  if (look.observation().empty()) return ObservationMissing();
  return CheckSeen(cycle, look, turn.state());
}

std::optional<Error> TakeAnalysis(const v1::Analysis& analysis, const decider::State& state,
                                  v1::Cycle& cycle) {
  const std::string& challenge = analysis.challenge_id();
  if (!challenge.empty() && !core::IsId(challenge)) return IdInvalid("analysis.challenge_id");
  *cycle.mutable_artefacts()->mutable_analysis() = analysis;
  return CheckProblem(cycle, analysis.problem(), state);
}

void Decide(const v1::RecordAnalysisRequest& request, decider::Turn& turn) {
  RecordIn<v1::RecordAnalysisResponse>(
      v1::CYCLE_STATE_ANALYZE, request, turn, [&](v1::Cycle& cycle) -> std::optional<Error> {
        if (request.analysis().ByteSizeLong() == 0) return NothingSaid("analysis");
        return TakeAnalysis(request.analysis(), turn.state(), cycle);
      });
}

void Decide(const v1::RecordDesignRequest& request, decider::Turn& turn) {
  RecordIn<v1::RecordDesignResponse>(v1::CYCLE_STATE_DESIGN, request, turn,
                                     [&](v1::Cycle& cycle) -> std::optional<Error> {
                                       if (request.design().ByteSizeLong() == 0) {
                                         return NothingSaid("design");
                                       }
                                       return TakeDesign(request.design(), turn.state(), cycle);
                                     });
}

void Decide(const v1::RecordLookRequest& request, decider::Turn& turn) {
  RecordIn<v1::RecordLookResponse>(
      v1::CYCLE_STATE_IMPLEMENT, request, turn, [&](v1::Cycle& cycle) -> std::optional<Error> {
        if (auto error = CheckLook(cycle, request.look(), turn)) return error;
        v1::EvidenceLook look = request.look();
        look.clear_review();
        const auto& looks = cycle.artefacts().looks();
        const bool known =
            std::any_of(looks.begin(), looks.end(), [&](const v1::EvidenceLook& one) {
              return google::protobuf::util::MessageDifferencer::Equals(one, look);
            });
        if (!known) *cycle.mutable_artefacts()->add_looks() = std::move(look);
        return std::nullopt;
      });
}

void Decide(const v1::RecordRefinementRequest& request, decider::Turn& turn) {
  RecordIn<v1::RecordRefinementResponse>(
      v1::CYCLE_STATE_REFINE, request, turn, [&](v1::Cycle& cycle) -> std::optional<Error> {
        if (request.refinement().ByteSizeLong() == 0) return NothingSaid("refinement");
        *cycle.mutable_artefacts()->mutable_refinement() = request.refinement();
        return CheckDecisions(cycle, turn.state());
      });
}

namespace {

// In the place of an earlier amendment of the same artefact; they are in order.
void NoteAmended(const v1::Amendment& amended, v1::Cycle& cycle) {
  const auto place = [](const v1::Amendment& one) { return std::pair(one.phase(), one.look()); };
  auto& all = *cycle.mutable_amendments();
  for (v1::Amendment& one : all) {
    if (place(one) != place(amended)) continue;
    one = amended;
    return;
  }
  *all.Add() = amended;
  for (int i = all.size() - 1; i > 0 && place(all[i]) < place(all[i - 1]); --i) {
    all.SwapElements(i, i - 1);
  }
}

}  // namespace

void Apply(const v1::ArtefactsRecorded& recorded, decider::State& state) {
  v1::Cycle& cycle =
      state.Edit(kCycles, JoinKey(recorded.district(), recorded.school(), recorded.cycle()));
  *cycle.mutable_artefacts() = recorded.artefacts();
  *cycle.mutable_indicators() = recorded.indicators();
  cycle.set_version(recorded.version());
  if (recorded.has_amendment()) NoteAmended(recorded.amendment(), cycle);
}

}  // namespace throughline::cycles
