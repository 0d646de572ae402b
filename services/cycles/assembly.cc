#include "cycles/assembly.h"

#include "cycles/cycles_service.h"
#include "cycles/domain/cycles_decider.h"
#include "runtime/host/hosted_service.h"

namespace throughline::cycles {

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::ServiceContext& on) {
  return std::make_unique<runtime::HostedService<CyclesDecider, CyclesService>>(on);
}

}  // namespace throughline::cycles
