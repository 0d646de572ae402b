#include "plans/assembly.h"

#include "plans/domain/plans_decider.h"
#include "plans/plans_service.h"
#include "runtime/host/hosted_service.h"

namespace throughline::plans {

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::ServiceContext& on) {
  return std::make_unique<runtime::HostedService<PlansDecider, PlansService>>(on);
}

}  // namespace throughline::plans
