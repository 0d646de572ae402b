#include "audit/opening.h"
#include "cycles/assembly.h"
#include "platform/host/service_program.h"

int main(int argc, char** argv) {
  throughline::platform::ServiceProgram program(
      "cycles", "Runs inquiry cycles and reviews: phases, deadlines, conditions, impact.");
  return program.Run(argc, argv, {throughline::cycles::Assemble}, throughline::audit::OpenTrail);
}
