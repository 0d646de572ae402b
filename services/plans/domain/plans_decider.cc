#include "plans/domain/plans_decider.h"

#include "decider/dispatch.h"
#include "plans/domain/district.h"
#include "plans/domain/emergency_access.h"
#include "plans/domain/framing.h"
#include "plans/domain/progression.h"
#include "plans/domain/rubric.h"
#include "plans/domain/school.h"
#include "plans/domain/site_plan.h"
#include "plans/domain/survey.h"
#include "plans/domain/tables.h"
#include "plans/domain/template.h"

namespace throughline::plans {

using decider::On;
using decider::To;

namespace {

// Of rubrics, templates and surveys; empty for any other command.
std::string RouteOfSurveys(const google::protobuf::Message& command) {
  if (const auto* upsert = To<v1::UpsertRubricRequest>(command)) return upsert->rubric().district();
  if (const auto* publish = To<v1::PublishRubricRequest>(command)) return publish->district();
  if (const auto* upsert = To<v1::UpsertTemplateRequest>(command)) {
    return upsert->template_().district();
  }
  if (const auto* remove = To<v1::RemoveTemplateRequest>(command)) return remove->district();
  if (const auto* open = To<v1::OpenSurveyRoundRequest>(command)) {
    return core::Key{open->district(), open->school()}.Text();
  }
  if (const auto* cancel = To<v1::CancelSurveyRoundRequest>(command)) {
    return core::Key{cancel->district(), cancel->school()}.Text();
  }
  if (const auto* cast = To<v1::CastSurveyBallotRequest>(command)) {
    return core::Key{cast->district(), cast->school()}.Text();
  }
  const auto* record = To<v1::RecordSurveyResultsRequest>(command);
  if (record == nullptr) return "";
  return core::Key{record->results().district(), record->results().school()}.Text();
}

void DecideTimer(const decider::Timer& timer, decider::Turn& turn) {
  if (timer.name.starts_with(kEmergencyAccessOver)) DecideEmergencyAccessOver(timer.name, turn);
  if (timer.name.starts_with(kFramingDue)) DecideFramingDue(timer.name, turn);
  if (timer.name.starts_with(kSurveyEnds)) DecideSurveyEnds(timer.name, turn);
  if (timer.name.starts_with(kDistrictSurveyEnds)) DecideDistrictSurveyEnds(timer.name, turn);
}

}  // namespace

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
  if (const auto* reopen = To<v1::ReopenSitePlanRequest>(command)) {
    return core::Key{reopen->district(), reopen->school()}.Text();
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
  if (progression == nullptr) return RouteOfSurveys(command);
  return core::Key{progression->progression().district(), progression->progression().school()}
      .Text();
}

std::string PlansDecider::RouteOfTimer(std::string_view name) const {
  if (name.starts_with(kDistrictSurveyEnds)) return core::PlaceIn(name, 1, /*of_school=*/false);
  if (name.starts_with(kEmergencyAccessOver)) return "";  // the key is the district and an id
  return core::PlaceIn(name, 1, /*of_school=*/true);
}

bool PlansDecider::IsOnEveryPartition(const google::protobuf::Descriptor& event) const {
  return &event == v1::DistrictAdopted::descriptor() || &event == v1::RubricAdopted::descriptor();
}

void PlansDecider::Decide(const decider::Input& input, decider::Turn& turn) const {
  if (input.timer != nullptr) return DecideTimer(*input.timer, turn);
  On<v1::CreateDistrictRequest, v1::UpdateDistrictRequest, v1::AddTermsRequest,
     v1::UpsertSchoolRequest, v1::UpsertTeamsRequest, v1::DraftSitePlanRequest,
     v1::PublishSitePlanRequest, v1::DiscardSitePlanDraftRequest, v1::CloseSitePlanRequest,
     v1::ReopenSitePlanRequest, v1::AnswerPlanReviewRequest, v1::UpsertProgressionRequest,
     v1::TakeEmergencyAccessRequest, v1::EndEmergencyAccessRequest, v1::DistrictChanged>(
      input, [&](const auto& message) { plans::Decide(message, turn); });
  On<v1::UpsertRubricRequest, v1::PublishRubricRequest, v1::RubricPublished,
     v1::UpsertTemplateRequest, v1::RemoveTemplateRequest, v1::OpenSurveyRoundRequest,
     v1::CancelSurveyRoundRequest, v1::CastSurveyBallotRequest, v1::RecordSurveyResultsRequest,
     v1::SurveyRoundOpened, v1::SurveyRoundCancelled>(
      input, [&](const auto& message) { plans::Decide(message, turn); });
}

void PlansDecider::Apply(const decider::Event& event, decider::State& state) const {
  On<v1::DistrictAdopted, v1::SchoolChanged, v1::ProgressionChanged>(
      event, [&](const auto& message) { plans::Apply(message, event.time, state); });
  On<v1::DistrictChanged, v1::TeamChanged, v1::SitePlanChanged, v1::SitePlanPublished,
     v1::SitePlanDraftDiscarded, v1::SitePlanFramed, v1::EmergencyAccessTaken,
     v1::EmergencyAccessEnded>(event, [&](const auto& message) { plans::Apply(message, state); });
  On<v1::RubricChanged, v1::RubricPublished, v1::RubricAdopted, v1::TemplateChanged,
     v1::TemplateRemoved, v1::SurveyRoundOpened, v1::SurveyBallotCast, v1::SurveyRoundEnded,
     v1::SurveyRoundCancelled, v1::SurveyResultsRecorded>(
      event, [&](const auto& message) { plans::Apply(message, state); });
}

}  // namespace throughline::plans
