// The notifications service, put together on what its host gives it.
#pragma once

#include "notifications/delivery/delivery_setup.h"
#include "platform/host/host.h"

namespace throughline::notifications {

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const DeliverySetup& setup);

}  // namespace throughline::notifications
