// The notifications service, put together on what its host gives it.
#pragma once

#include "notifications/delivery/delivery_setup.h"
#include "runtime/host/host.h"

namespace throughline::notifications {

core::Result<std::unique_ptr<runtime::Hosted>> Assemble(const runtime::ServiceContext& on,
                                                        const DeliverySetup& setup);

}  // namespace throughline::notifications
