#include "audit/opening.h"
#include "evidence/kafka_identities.h"
#include "evidence/pseudonyms_option.h"
#include "platform/host/service_program.h"

int main(int argc, char** argv) {
  using namespace throughline;
  platform::ServiceProgram program(
      "evidence", "Records rosters and assessment results, and says when a rule is met.");
  std::string key;
  evidence::AddPseudonymsKey(program.command(), key);
  const auto assemble = [&](const platform::ServiceContext& on) {
    return evidence::Assemble(on, evidence::IdentitiesOn(program.options(), key));
  };
  return program.Run(argc, argv, {assemble}, audit::OpenTrail);
}
