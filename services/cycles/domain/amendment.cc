#include "cycles/domain/amendment.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "cycles/domain/answers.h"
#include "cycles/domain/artefact_records.h"
#include "cycles/domain/artefacts.h"
#include "cycles/domain/cycle_rows.h"
#include "cycles/domain/offers/offer.h"
#include "cycles/domain/offers/team_challenge.h"
#include "cycles/domain/practices/adoption.h"

namespace throughline::cycles {

using core::Error;
using google::protobuf::util::MessageDifferencer;

namespace {

v1::CycleState PhaseOf(const v1::AmendArtefactRequest& request) {
  switch (request.artefact_case()) {
    case v1::AmendArtefactRequest::kAnalysis:
      return v1::CYCLE_STATE_ANALYZE;
    case v1::AmendArtefactRequest::kDesign:
      return v1::CYCLE_STATE_DESIGN;
    case v1::AmendArtefactRequest::kLook:
      return v1::CYCLE_STATE_IMPLEMENT;
    case v1::AmendArtefactRequest::ARTEFACT_NOT_SET:
      break;
  }
  return v1::CYCLE_STATE_UNSPECIFIED;
}

template <class Messages>
bool AreEqual(const Messages& a, const Messages& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return MessageDifferencer::Equals(x, y); });
}

std::optional<Error> AmendDesign(v1::Design design, const decider::State& state, v1::Cycle& cycle) {
  const v1::Design& before = cycle.artefacts().design();
  if (design.indicators().empty()) *design.mutable_indicators() = before.indicators();
  if (!AreEqual(design.indicators(), before.indicators())) return PredictionStands();
  *cycle.mutable_artefacts()->mutable_design() = std::move(design);
  if (auto error = CheckSources(cycle, state)) return error;
  return CheckStillNamed(cycle, state);
}

std::optional<Error> AmendLook(const v1::AmendArtefactRequest& request, const decider::Turn& turn,
                               v1::Cycle& cycle) {
  auto& looks = *cycle.mutable_artefacts()->mutable_looks();
  if (request.look_number() < 1 || request.look_number() > looks.size()) {
    return LookUnknown(request.look_number(), looks.size());
  }
  if (auto error = CheckLook(cycle, request.look(), turn)) return error;
  v1::EvidenceLook& look = looks[request.look_number() - 1];
  const std::string review = look.review();
  look = request.look();
  look.set_review(review);
  return std::nullopt;
}

std::optional<Error> Amend(const v1::AmendArtefactRequest& request, const decider::Turn& turn,
                           v1::Cycle& cycle) {
  switch (request.artefact_case()) {
    case v1::AmendArtefactRequest::kAnalysis:
      return TakeAnalysis(request.analysis(), turn.state(), cycle);
    case v1::AmendArtefactRequest::kDesign:
      return AmendDesign(request.design(), turn.state(), cycle);
    case v1::AmendArtefactRequest::kLook:
      return AmendLook(request, turn, cycle);
    case v1::AmendArtefactRequest::ARTEFACT_NOT_SET:
      break;
  }
  return NothingSaid("artefact");
}

// As at the end of its phase.
std::optional<Error> CheckWhole(v1::Cycle cycle, v1::CycleState phase) {
  cycle.set_state(phase);
  const std::vector<std::string> missing = MissingArtefacts(cycle);
  if (!missing.empty()) return ArtefactsMissing(missing);
  return CheckLength(cycle.artefacts());
}

}  // namespace

void Decide(const v1::AmendArtefactRequest& request, decider::Turn& turn) {
  auto cycle = OpenCycle(request, turn);
  if (!cycle) return turn.Refuse(cycle.error());
  const v1::CycleState phase = PhaseOf(request);
  if (cycle->state() <= phase) return turn.Refuse(AmendedTooEarly(cycle->state(), phase));
  v1::Cycle amended = *cycle;
  if (auto error = Amend(request, turn, amended)) return turn.Refuse(*error);
  if (auto error = CheckWhole(amended, phase)) return turn.Refuse(*error);
  if (!MessageDifferencer::Equals(cycle->artefacts(), amended.artefacts())) {
    v1::Amendment amendment;
    amendment.set_phase(phase);
    amendment.set_look(request.look_number());
    if (phase != v1::CYCLE_STATE_IMPLEMENT) amendment.clear_look();
    amendment.set_amended_at_ms(core::ToMillis(turn.now()));
    amendment.set_role(request.caller().role());
    Record(amended, turn, &amendment);
    if (phase == v1::CYCLE_STATE_ANALYZE) ReportChallenge(amended, turn);
    if (phase == v1::CYCLE_STATE_DESIGN) {
      ReturnUnnamedOffers(amended, turn);
      BeginAdoptions(amended, turn);
      TakeUpOffers(amended, turn);
    }
  }
  v1::AmendArtefactResponse response;
  *response.mutable_cycle() = *turn.state().Find(kCycles, KeyOf(*cycle));
  AnswerShown(std::move(response), request.district(), turn);
}

}  // namespace throughline::cycles
