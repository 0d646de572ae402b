#include "audit/opening.h"
#include "plans/assembly.h"
#include "platform/host/service_program.h"

int main(int argc, char** argv) {
  throughline::platform::ServiceProgram program(
      "plans", "Keeps districts, schools, teams, site plans and learning progressions.");
  return program.Run(argc, argv, {throughline::plans::Assemble}, throughline::audit::OpenTrail);
}
