#include "evidence/quarantine_reveal.h"

#include "evidence/kept_originals.h"
#include "throughline/evidence/v1/rows.pb.h"

namespace throughline::evidence {

namespace {

void SayItIsErased(v1::ResultProblem& problem) {
  *problem.mutable_message() +=
      " How it came is not known any more: it was sealed with a key that went when students were "
      "erased.";
}

}  // namespace

std::optional<std::string> RevealOriginal(const StudentPrivacy& privacy, bool erased_nobody,
                                          v1::QuarantinedResult& entry) {
  const auto opened = OpenOriginal(privacy, erased_nobody, entry);
  if (!opened && !entry.sealed().empty()) SayItIsErased(*entry.mutable_problem());
  entry.clear_sealed();
  entry.clear_former_entry();
  v1::Original original;
  v1::Result& result = *entry.mutable_result();
  if (opened && original.ParseFromString(*opened)) {
    result = std::move(*original.mutable_result());
    return std::move(*original.mutable_sender());
  }
  result.clear_source_id();
  result.clear_student();
  result.clear_source_version();
  result.clear_kept();
  result.clear_others();
  result.clear_as_kept();
  result.clear_unusable();
  return std::nullopt;
}

void Reveal(const platform::Principal& caller, const StudentPrivacy& privacy, bool erased_nobody,
            v1::QuarantinedResult& entry) {
  const auto sender = RevealOriginal(privacy, erased_nobody, entry);
  const bool is_integration = caller.role == common::v1::ROLE_INTEGRATION;
  if (is_integration && sender != caller.subject) entry.clear_result();
}

}  // namespace throughline::evidence
