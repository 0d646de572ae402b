#include "gateway/csv/scales.h"

#include "throughline/evidence/v1/evidence_service.pb.h"

namespace throughline::gateway::csv {

namespace {

namespace v1 = evidence::v1;

constexpr char kGet[] = "throughline.evidence.v1.EvidenceService.GetAssessment";
constexpr char kDefine[] = "throughline.evidence.v1.EvidenceService.DefineAssessments";

}  // namespace

http::Task<core::Result<void>> NameScales(UnaryCalls& calls, const Caller& caller,
                                          const Mapping& mapping) {
  v1::DefineAssessmentsRequest define;
  define.set_district(caller.district);
  for (const auto& [assessment, scale] : mapping.scales) {
    v1::GetAssessmentRequest get;
    get.set_district(caller.district);
    get.set_assessment(assessment);
    core::Result<v1::GetAssessmentResponse> known =
        co_await Ask<v1::GetAssessmentResponse>(calls, caller, kGet, get);
    if (!known && known.error().code == core::Code::kNotFound) continue;
    if (!known) co_return core::Refuse(known.error());
    if (!known->assessment().scale().empty()) continue;
    v1::Assessment& named = *define.add_assessments();
    named = std::move(*known->mutable_assessment());
    named.set_scale(scale);
  }
  if (define.assessments().empty()) co_return core::Result<void>();
  const core::Result<v1::DefineAssessmentsResponse> defined =
      co_await Ask<v1::DefineAssessmentsResponse>(calls, caller, kDefine, define);
  if (!defined) co_return core::Refuse(defined.error());
  co_return core::Result<void>();
}

}  // namespace throughline::gateway::csv
