#include "evidence/domain/kept_scores.h"

namespace throughline::evidence {

bool SameKept(const v1::KeptScore& one, const v1::KeptScore& other) {
  const std::string_view a = one.sealed(), b = other.sealed();
  return one.method() == other.method() && one.kind() == other.kind() &&
         one.value() == other.value() && a.substr(0, kSealMark) == b.substr(0, kSealMark);
}

void KeepMarks(v1::Result& result) {
  const auto keep = [](v1::KeptScore& kept) {
    if (kept.sealed().size() > kSealMark) kept.mutable_sealed()->resize(kSealMark);
  };
  for (v1::KeptScore& kept : *result.mutable_kept()) keep(kept);
  for (v1::OtherScore& other : *result.mutable_others()) keep(*other.mutable_as_kept());
  if (result.has_as_kept()) keep(*result.mutable_as_kept());
}

}  // namespace throughline::evidence
