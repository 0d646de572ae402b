#include "cycles/practices_service.h"

#include <algorithm>
#include <map>

#include "cycles/domain/practices/assessment.h"
#include "cycles/domain/practices/errors.h"
#include "cycles/domain/practices/spread.h"
#include "cycles/practice_rows.h"
#include "platform/grpc/pages.h"

namespace throughline::cycles {

using core::Result;
using Reactor = grpc::ServerUnaryReactor;
using Context = grpc::CallbackServerContext;

namespace {

bool Has(const google::protobuf::RepeatedPtrField<std::string>& ids, const std::string& id) {
  return id.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

Reactor* PracticesService::GetPractice(Context* context, const v1::GetPracticeRequest* request,
                                       v1::GetPracticeResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        auto practice = PracticeIn(rows, request->district(), request->practice());
        if (!practice) return core::Refuse(practice.error());
        auto policy = PracticePolicyIn(rows, request->district());
        if (!policy) return core::Refuse(policy.error());
        auto adopters = AdoptersIn(rows, request->district(), practice->practice());
        if (!adopters) return core::Refuse(adopters.error());
        auto known = AssessmentsIn(rows, request->district(), {practice->practice()});
        if (!known) return core::Refuse(known.error());
        auto students = StudentsIn(rows, *practice);
        if (!students) return core::Refuse(students.error());
        const auto reach = ReachOf(*adopters, EligibleStudents(*students), policy->smallest);
        *response->mutable_practice() =
            SummaryOf(*std::move(practice), std::move(known->front()), policy->smallest);
        *response->mutable_spread() = SpreadOf(*std::move(adopters), policy->first_followers);
        if (reach) response->mutable_spread()->set_reach(*reach);
        return {};
      });
}

Reactor* PracticesService::ListPractices(Context* context, const v1::ListPracticesRequest* request,
                                         v1::ListPracticesResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const std::string& district = request->district();
        auto policy = PracticePolicyIn(rows, district);
        if (!policy) return core::Refuse(policy.error());
        auto known = AllAssessmentsIn(rows, district);
        if (!known) return core::Refuse(known.error());
        auto used = UsedIn(rows, district, request->used_in());
        if (!used) return core::Refuse(used.error());
        const auto wanted = [&](const v1::Practice& practice) {
          if (practice.state() == v1::PRACTICE_STATE_MERGED) return false;
          const v1::PracticeAssessment& assessment = (*known)[practice.practice()];
          const bool standing = request->standing() == v1::PRACTICE_STANDING_UNSPECIFIED ||
                                StandingOf(practice, assessment) == request->standing();
          return standing && Has(practice.indicators(), request->indicator()) &&
                 Has(assessment.problems(), request->problem()) &&
                 (request->used_in().empty() || used->contains(practice.practice()));
        };
        auto page =
            platform::PageOf(rows, kPractices, platform::PrefixOf(district), *request, wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, practice] : page->rows) {
          v1::PracticeAssessment& assessment = (*known)[practice.practice()];
          *response->add_practices() =
              SummaryOf(std::move(practice), std::move(assessment), policy->smallest);
        }
        response->set_next_page_token(page->next);
        return {};
      });
}

Reactor* PracticesService::ListAdoptions(Context* context, const v1::ListAdoptionsRequest* request,
                                         v1::ListAdoptionsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        const auto wanted = [&](const v1::Adoption& adoption) {
          const bool school = request->school().empty() || adoption.school() == request->school();
          const bool team = request->team().empty() || adoption.team() == request->team();
          return school && team &&
                 (request->state() == v1::ADOPTION_STATE_UNSPECIFIED ||
                  adoption.state() == request->state());
        };
        const std::string& district = request->district();
        std::string practice = request->practice();
        if (!practice.empty()) {  // of one that was merged, the other one's
          auto found = PracticeIn(rows, district, practice);
          if (!found) return core::Refuse(found.error());
          practice = found->practice();
        }
        const std::string &school = request->school(), &team = request->team();
        // Those of one practice stand together on the district's key.
        auto page =
            practice.empty()
                ? platform::PageOf(rows, kAdoptions, platform::PrefixOf(district, school, team),
                                   *request, wanted)
                : platform::PageOf(rows, kAdopters,
                                   platform::PrefixOf(district, practice, school, team), *request,
                                   wanted);
        if (!page) return core::Refuse(page.error());
        for (auto& [key, adoption] : page->rows) *response->add_adoptions() = std::move(adoption);
        response->set_next_page_token(page->next);
        return {};
      });
}

Reactor* PracticesService::ListNetEffects(Context* context,
                                          const v1::ListNetEffectsRequest* request,
                                          v1::ListNetEffectsResponse* response) {
  return guard_.AnswerAsOf(
      context, *request, rows_, [=](const runtime::Rows& rows) -> Result<void> {
        auto practice = PracticeIn(rows, request->district(), request->practice());
        if (!practice) return core::Refuse(practice.error());
        auto policy = PracticePolicyIn(rows, request->district());
        if (!policy) return core::Refuse(policy.error());
        const auto wanted = [&](const v1::CycleOutcome& outcome) {
          const bool school = request->school().empty() || outcome.school() == request->school();
          return school && (request->team().empty() || outcome.team() == request->team());
        };
        auto page = platform::PageOf(rows, kUserOutcomes,
                                     platform::PrefixOf(request->district(), practice->practice()),
                                     *request, wanted);
        if (!page) return core::Refuse(page.error());
        std::map<std::string, ComparedByWindow> others;  // by measure
        for (const auto& [key, outcome] : page->rows) {
          const std::string measure = MeasureOf(outcome);
          auto at = others.find(measure);
          if (at == others.end()) {
            auto windows = OthersIn(rows, *practice, measure);
            if (!windows) return core::Refuse(windows.error());
            at = others.emplace(measure, *std::move(windows)).first;
          }
          const Studied studied = Study(outcome, at->second.Of(outcome), policy->smallest);
          *response->add_effects() = ShownEffect(studied, policy->smallest);
        }
        response->set_next_page_token(page->next);
        return {};
      });
}

}  // namespace throughline::cycles
