// The cycles service, put together on what its host gives it.
#pragma once

#include "platform/host/host.h"

namespace throughline::cycles {

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on);

}  // namespace throughline::cycles
