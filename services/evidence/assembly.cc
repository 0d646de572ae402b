#include "evidence/assembly.h"

#include "evidence/domain/evidence_decider.h"
#include "evidence/evidence_service.h"
#include "runtime/host/hosted_service.h"

namespace throughline::evidence {

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::ServiceContext& on,
                                                        const std::filesystem::path& key) {
  auto pseudonyms = Pseudonyms::FromFile(on.log, key);
  if (!pseudonyms) return core::Refuse(pseudonyms.error());
  return std::make_unique<runtime::HostedService<EvidenceDecider, EvidenceService>>(
      EvidenceDecider(pseudonyms->concealment()), on, *pseudonyms);
}

}  // namespace throughline::evidence
