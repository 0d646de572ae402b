#include "evidence/quarantine_reveal.h"

#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

void Reveal(const platform::Principal& caller, const SecretConcealment& concealment,
            v1::QuarantinedResult& entry) {
  const auto opened = concealment.Open(entry.district(), entry.entry(), entry.sealed());
  entry.clear_sealed();
  entry.clear_former_entry();
  v1::Original original;
  const bool known = opened && original.ParseFromString(*opened);
  const bool is_integration = caller.role == common::v1::ROLE_INTEGRATION;
  if (is_integration && !(known && original.sender() == caller.subject)) {
    return entry.clear_result();
  }
  v1::Result& result = *entry.mutable_result();
  if (known) {
    result = std::move(*original.mutable_result());
    return;
  }
  result.clear_source_id();
  result.clear_student();
  result.clear_source_version();
  result.clear_kept();
  result.clear_others();
  result.clear_as_kept();
  result.clear_unusable();
}

}  // namespace throughline::evidence
