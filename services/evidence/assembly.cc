#include "evidence/assembly.h"

#include "evidence/domain/evidence_decider.h"
#include "evidence/evidence_service.h"
#include "platform/host/hosted_service.h"

namespace throughline::evidence {

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const std::filesystem::path& key) {
  auto pseudonyms = Pseudonyms::FromFile(on.log, key);
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  return std::make_unique<platform::HostedService<EvidenceDecider, EvidenceService>>(
      EvidenceDecider(pseudonyms->concealment()), on, *pseudonyms);
}

}  // namespace throughline::evidence
