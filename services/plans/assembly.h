// The plans service, put together on what its host gives it.
#pragma once

#include <functional>
#include <memory>

#include "identities/identity_store.h"
#include "platform/host/host.h"

namespace throughline::plans {

struct SurveySetup {
  // Opens where the keys of survey rounds are kept: apart from the log, and in no backup.
  std::function<core::Result<std::unique_ptr<identities::IdentityStore>>()> open_keys;
  // Whether it counts rounds that have ended; whoever opens the data for one command does not.
  bool counts = true;
};

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const SurveySetup& surveys);

}  // namespace throughline::plans
