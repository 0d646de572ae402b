// The audit trail's gRPC face: who may read it asks here, and is on record for it. Thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "audit/trail_index.h"
#include "platform/grpc/call_guard.h"
#include "throughline/audit/v1/audit_service.grpc.pb.h"

namespace throughline::audit {

class AuditService final : public v1::AuditService::CallbackService {
 public:
  // The pseudonym of a student who is on record under the SIS's id; nullopt: nobody is.
  using PseudonymOf = std::function<core::Result<std::optional<std::string>>(
      const std::string& district, const std::string& student)>;
  // `log` and `access` must outlive this.
  AuditService(runtime::Log& log, const platform::Access& access, PseudonymOf pseudonym_of)
      : guard_(access, v1::AuditService::service_full_name()),
        index_(log),
        pseudonym_of_(std::move(pseudonym_of)) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;

  Reactor* ListAuditTrail(Context* context, const v1::ListAuditTrailRequest* request,
                          v1::ListAuditTrailResponse* response) override;
  Reactor* ListAccess(Context* context, const v1::ListAccessRequest* request,
                      v1::ListAccessResponse* response) override;

 private:
  core::Result<void> Query(const v1::ListAuditTrailRequest& request,
                           v1::ListAuditTrailResponse& response, v1::AuditRecord& record);
  core::Result<void> Query(const v1::ListAccessRequest& request, v1::ListAccessResponse& response);

  platform::CallGuard guard_;
  TrailIndex index_;
  const PseudonymOf pseudonym_of_;
};

}  // namespace throughline::audit
