// An audit trail in tests: what is written to a log, and what verifying it finds.
#pragma once

#include <string>
#include <vector>

#include "audit/chain.h"
#include "audit/verification.h"
#include "runtime/journal.h"

namespace throughline::audit {

inline runtime::Secret TestSecret(unsigned char of = 7) {
  runtime::Secret secret;
  secret.fill(of);
  return secret;
}

inline v1::AuditRecord RefusalOf(const std::string& subject) {
  v1::AuditRecord record;
  record.set_district("d");
  if (!subject.empty()) record.mutable_actor()->set_subject(subject);
  record.set_action(v1::ACTION_ACCESS_REFUSED);
  record.set_outcome(v1::OUTCOME_REFUSED);
  record.set_reason("NOT_ALLOWED");
  return record;
}

inline std::vector<runtime::StoredRecord> StoredIn(runtime::Log& log) {
  auto read = log.Read(kTrail, 0, 10'000'000, size_t{1} << 40U);
  return read ? *std::move(read) : std::vector<runtime::StoredRecord>();
}

inline std::vector<v1::ChainedRecord> ChainedRecordsOf(runtime::Log& log) {
  std::vector<v1::ChainedRecord> records;
  for (const auto& stored : StoredIn(log)) {
    records.emplace_back().ParseFromString(stored.record.value);
  }
  return records;
}

// Without heads.
inline std::vector<v1::AuditRecord> AuditRecordsOf(runtime::Log& log) {
  std::vector<v1::AuditRecord> records;
  for (const auto& chained : ChainedRecordsOf(log)) {
    if (!chained.has_head()) records.emplace_back().ParseFromString(chained.record());
  }
  return records;
}

inline std::vector<std::string> FaultsIn(const std::vector<runtime::StoredRecord>& trail,
                                         const std::vector<v1::SignedHead>& known = {}) {
  Verification verification(Signer(TestSecret()).public_key(), known);
  for (const auto& stored : trail) verification.Check(stored);
  std::vector<std::string> faults;
  for (const Fault& fault : verification.Finish().first_faults) {
    faults.push_back(fault.kind + " at " + std::to_string(fault.offset));
  }
  return faults;
}
inline std::vector<std::string> FaultsIn(runtime::Log& log) { return FaultsIn(StoredIn(log)); }

}  // namespace throughline::audit
