#include "audit/opening.h"
#include "plans/kafka_survey_keys.h"
#include "platform/host/service_program.h"

int main(int argc, char** argv) {
  using namespace throughline;
  platform::ServiceProgram program(
      "plans",
      "Keeps districts, schools, teams, site plans, learning progressions, rubrics and surveys.");
  const auto assemble = [&](const platform::ServiceContext& on) {
    return plans::Assemble(on, plans::SurveysOn(program.options()));
  };
  return program.Run(argc, argv, {assemble}, audit::OpenTrail);
}
