#include "oneroster/sourced_ids.h"

#include <functional>

namespace throughline::oneroster {
namespace {

constexpr size_t kFirstSlots = 1024;

uint64_t FingerprintOf(std::string_view sourced_id) {
  uint64_t fingerprint = std::hash<std::string_view>{}(sourced_id);
  return fingerprint == 0 ? 1 : fingerprint;
}

}  // namespace

size_t FingerprintSet::SlotOf(uint64_t fingerprint) const {
  size_t mask = slots_.size() - 1;
  size_t slot = fingerprint & mask;
  while (slots_[slot] != 0 && slots_[slot] != fingerprint) slot = (slot + 1) & mask;
  return slot;
}

void FingerprintSet::Grow() {
  std::vector<uint64_t> old(slots_.empty() ? kFirstSlots : slots_.size() * 2);
  old.swap(slots_);
  for (uint64_t fingerprint : old) {
    if (fingerprint != 0) slots_[SlotOf(fingerprint)] = fingerprint;
  }
}

bool FingerprintSet::Insert(uint64_t fingerprint) {
  if (2 * count_ >= slots_.size()) Grow();
  uint64_t& slot = slots_[SlotOf(fingerprint)];
  if (slot == fingerprint) return false;
  slot = fingerprint;
  ++count_;
  return true;
}

bool FingerprintSet::Contains(uint64_t fingerprint) const {
  return !slots_.empty() && slots_[SlotOf(fingerprint)] == fingerprint;
}

bool SourcedIds::Contains(BundleFile file, std::string_view sourced_id) const {
  return files_[static_cast<size_t>(file)].set.Contains(FingerprintOf(sourced_id));
}

bool SourcedIds::Insert(BundleFile file, std::string_view sourced_id) {
  return At(file).set.Insert(FingerprintOf(sourced_id));
}

}  // namespace throughline::oneroster
