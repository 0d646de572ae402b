#include "throughline/questions_report.h"
#include "throughline/show.h"

namespace throughline {

// Both services are asked for what they own, as the gateway asks them.
Shown ShowQuestions(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::GetQuestionsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_as_of_ms(options.as_of_ms);
  auto answer =
      Call(*connection.questions, &cycles::v1::QuestionsService::Stub::GetQuestions, request);
  if (!answer) return core::Refuse(answer.error());
  evidence::v1::GetStrugglingReportRequest struggling;
  struggling.set_district(options.district);
  struggling.set_school(options.school);
  struggling.set_as_of_ms(options.as_of_ms);
  auto report = Call(*connection.evidence,
                     &evidence::v1::EvidenceService::Stub::GetStrugglingReport, struggling);
  if (!report) return core::Refuse(report.error());
  *answer->mutable_struggling() = std::move(*report->mutable_report());
  return ShowAnswer(answer, options, out, [&](const cycles::v1::GetQuestionsResponse& questions) {
    WriteQuestions(questions, DistrictClock(options.time_zone), out);
  });
}

}  // namespace throughline
