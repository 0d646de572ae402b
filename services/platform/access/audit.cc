#include "platform/access/audit.h"

namespace throughline::platform {

namespace {

class Nothing : public Audit {
 public:
  core::Result<void> Record(audit::v1::AuditRecord) override { return {}; }
  void Note(audit::v1::AuditRecord) override {}
};

}  // namespace

Audit& NoAudit() {
  static Nothing nothing;
  return nothing;
}

}  // namespace throughline::platform
