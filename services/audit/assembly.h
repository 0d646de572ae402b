// The audit trail's calls, put together on what their host gives them.
#pragma once

#include "platform/host/host.h"

namespace throughline::audit {

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on);

}  // namespace throughline::audit
