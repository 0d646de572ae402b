// An audit that keeps what it is given, for tests. Thread-safe.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "platform/access/audit.h"

namespace throughline {

class RememberedAudit : public platform::Audit {
 public:
  core::Result<void> Record(audit::v1::AuditRecord record) override {
    Note(std::move(record));
    return {};
  }
  void Note(audit::v1::AuditRecord record) override {
    std::lock_guard lock(mutex_);
    records_.push_back(std::move(record));
  }
  // What came since the last time.
  std::vector<audit::v1::AuditRecord> Take() {
    std::lock_guard lock(mutex_);
    return std::exchange(records_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<audit::v1::AuditRecord> records_;
};

}  // namespace throughline
