// The plans service, put together on what its host gives it.
#pragma once

#include "runtime/host/host.h"

namespace throughline::plans {

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::ServiceContext& on);

}  // namespace throughline::plans
