#include "notifications/assembly.h"
#include "runtime/host/service_program.h"

int main(int argc, char** argv) {
  throughline::runtime::ServiceProgram program(
      "notifications", "Tells people: alerts, silences, subscriptions, streams.");
  return program.Run(argc, argv, throughline::notifications::Assemble);
}
