// The driver surveys of the demo: rounds that the district opens, and everybody who answers them.
#pragma once

#include "demo/script.h"
#include "throughline/connection.h"

namespace throughline::demo {

class DemoSurveys {
 public:
  DemoSurveys(const DemoScript& script, Connection& connection)
      : script_(script), connection_(connection) {}

  // Opens the rounds that begin on this day, answers those that began the day before, when every
  // school has them, and says what came of those that ended the day before.
  core::Result<void> Live(core::Date day);

 private:
  core::Result<void> Open(const DemoSurvey& survey);
  core::Result<void> AnswerAll(const DemoSurvey& survey);
  core::Result<void> Answer(const plans::v1::SurveyRound& round, const DemoRaters& raters);
  // The round as it is in a school, with its items.
  core::Result<plans::v1::SurveyRound> Find(const DemoSurvey& survey, const std::string& school);
  // The services count a round once they notice that it has ended, which takes them some seconds.
  core::Result<void> WaitUntilCounted(const DemoSurvey& survey);
  core::Result<void> Tell(const DemoSurvey& survey, core::Date day);

  const DemoScript& script_;
  Connection& connection_;
};

}  // namespace throughline::demo
