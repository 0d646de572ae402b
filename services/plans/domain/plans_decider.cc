#include "plans/domain/plans_decider.h"

#include "decider/dispatch.h"
#include "plans/domain/district.h"
#include "plans/domain/emergency_access.h"
#include "plans/domain/framing.h"
#include "plans/domain/progression.h"
#include "plans/domain/school.h"
#include "plans/domain/site_plan.h"
#include "plans/domain/tables.h"

namespace throughline::plans {

using decider::On;
using decider::To;

std::string PlansDecider::Route(const google::protobuf::Message& command) const {
  if (const auto* create = To<v1::CreateDistrictRequest>(command)) {
    return create->district().district();
  }
  if (const auto* update = To<v1::UpdateDistrictRequest>(command)) return update->district();
  if (const auto* add = To<v1::AddTermsRequest>(command)) return add->district();
  if (const auto* school = To<v1::UpsertSchoolRequest>(command)) {
    return core::Key{school->school().district(), school->school().school()}.Text();
  }
  if (const auto* teams = To<v1::UpsertTeamsRequest>(command)) {
    return core::Key{teams->district(), teams->school()}.Text();
  }
  if (const auto* draft = To<v1::DraftSitePlanRequest>(command)) {
    return core::Key{draft->plan().district(), draft->plan().school()}.Text();
  }
  if (const auto* publish = To<v1::PublishSitePlanRequest>(command)) {
    return core::Key{publish->district(), publish->school()}.Text();
  }
  if (const auto* discard = To<v1::DiscardSitePlanDraftRequest>(command)) {
    return core::Key{discard->district(), discard->school()}.Text();
  }
  if (const auto* close = To<v1::CloseSitePlanRequest>(command)) {
    return core::Key{close->district(), close->school()}.Text();
  }
  if (const auto* take = To<v1::TakeEmergencyAccessRequest>(command)) {
    return core::Key{take->district(), take->school()}.Text();
  }
  if (const auto* end = To<v1::EndEmergencyAccessRequest>(command)) {
    return core::Key{end->district(), end->school()}.Text();
  }
  if (const auto* answer = To<v1::AnswerPlanReviewRequest>(command)) {
    return core::Key{answer->district(), answer->school()}.Text();
  }
  const auto* progression = To<v1::UpsertProgressionRequest>(command);
  if (progression == nullptr) return "";
  return core::Key{progression->progression().district(), progression->progression().school()}
      .Text();
}

void PlansDecider::Decide(const decider::Input& input, decider::Turn& turn) const {
  if (input.timer != nullptr) {
    if (input.timer->name.starts_with(kEmergencyAccessOver)) {
      DecideEmergencyAccessOver(input.timer->name, turn);
    }
    if (input.timer->name.starts_with(kFramingDue)) DecideFramingDue(input.timer->name, turn);
    return;
  }
  On<v1::CreateDistrictRequest, v1::UpdateDistrictRequest, v1::AddTermsRequest,
     v1::UpsertSchoolRequest, v1::UpsertTeamsRequest, v1::DraftSitePlanRequest,
     v1::PublishSitePlanRequest, v1::DiscardSitePlanDraftRequest, v1::CloseSitePlanRequest,
     v1::AnswerPlanReviewRequest, v1::UpsertProgressionRequest, v1::TakeEmergencyAccessRequest,
     v1::EndEmergencyAccessRequest, v1::DistrictChanged>(
      input, [&](const auto& message) { plans::Decide(message, turn); });
}

void PlansDecider::Apply(const decider::Event& event, decider::State& state) const {
  On<v1::DistrictAdopted, v1::SchoolChanged, v1::ProgressionChanged>(
      event, [&](const auto& message) { plans::Apply(message, event.time, state); });
  On<v1::DistrictChanged, v1::TeamChanged, v1::SitePlanChanged, v1::SitePlanPublished,
     v1::SitePlanDraftDiscarded, v1::SitePlanFramed, v1::EmergencyAccessTaken,
     v1::EmergencyAccessEnded>(event, [&](const auto& message) { plans::Apply(message, state); });
}

}  // namespace throughline::plans
