#include "throughline/questions.h"

namespace throughline {

core::Result<cycles::v1::GetQuestionsResponse> AskQuestions(
    Connection& connection, const cycles::v1::GetQuestionsRequest& request) {
  auto answer =
      Call(*connection.questions, &cycles::v1::QuestionsService::Stub::GetQuestions, request);
  if (!answer) return answer;
  evidence::v1::GetStrugglingReportRequest struggling;
  struggling.set_district(request.district());
  struggling.set_school(request.school());
  struggling.set_as_of_ms(request.as_of_ms());
  auto report = Call(*connection.evidence,
                     &evidence::v1::EvidenceService::Stub::GetStrugglingReport, struggling);
  if (!report) return core::Refuse(report.error());
  *answer->mutable_struggling() = std::move(*report->mutable_report());
  return answer;
}

}  // namespace throughline
