#include "evidence/assembly.h"
#include "runtime/host/service_program.h"

int main(int argc, char** argv) {
  using namespace throughline;
  runtime::ServiceProgram program(
      "evidence", "Records rosters and assessment results, and says when a rule is met.");
  std::string key;
  runtime::AddPseudonymsKey(program.command(), key);
  return program.Run(argc, argv, [&key](const runtime::ServiceContext& on) {
    return evidence::Assemble(on, key);
  });
}
