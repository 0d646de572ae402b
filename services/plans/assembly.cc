#include "plans/assembly.h"

#include "plans/domain/plans_decider.h"
#include "plans/plans_service.h"
#include "platform/host/hosted_service.h"

namespace throughline::plans {

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on) {
  return std::make_unique<platform::HostedService<PlansDecider, PlansService>>(on);
}

}  // namespace throughline::plans
