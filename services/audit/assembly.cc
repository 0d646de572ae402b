#include "audit/assembly.h"

#include "audit/audit_service.h"

namespace throughline::audit {

namespace {

// It only answers: what is on record is written by whoever has something to record.
class HostedAudit : public platform::Hosted {
 public:
  explicit HostedAudit(const platform::ServiceContext& on) : calls_(on.log, on.access) {}
  runtime::Service* service() override { return nullptr; }
  std::vector<grpc::Service*> calls() override { return {&calls_}; }

 private:
  AuditService calls_;
};

}  // namespace

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on) {
  return std::make_unique<HostedAudit>(on);
}

}  // namespace throughline::audit
