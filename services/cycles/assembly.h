// The cycles service, put together on what its host gives it.
#pragma once

#include "runtime/host/host.h"

namespace throughline::cycles {

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::ServiceContext& on);

}  // namespace throughline::cycles
