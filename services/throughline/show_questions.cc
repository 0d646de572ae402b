#include "throughline/questions.h"
#include "throughline/questions_report.h"
#include "throughline/show.h"

namespace throughline {

Shown ShowQuestions(Connection& connection, const ShowOptions& options, std::ostream& out) {
  cycles::v1::GetQuestionsRequest request;
  request.set_district(options.district);
  request.set_school(options.school);
  request.set_as_of_ms(options.as_of_ms);
  auto answer = AskQuestions(connection, request);
  if (!answer) return core::Refuse(answer.error());
  return ShowAnswer(answer, options, out, [&](const cycles::v1::GetQuestionsResponse& questions) {
    WriteQuestions(questions, DistrictClock(options.time_zone), out);
  });
}

}  // namespace throughline
