// The evidence service, put together on what its host gives it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "identities/identity_store.h"
#include "platform/host/host.h"

namespace throughline::evidence {

// What students are hidden with.
struct IdentitySetup {
  // File with the installation's secret behind identities and ids of results. One that was lost, or
  // is another than before, is refused.
  std::filesystem::path key;
  // Opens where the identity vault keeps its records.
  std::function<core::Result<std::unique_ptr<identities::IdentityStore>>()> open_store;
  // Whether it erases identities that were kept for long enough, and certifies what another process
  // has erased; whoever opens the data for one command does not.
  bool erases_by_retention = true;
};

core::Result<std::unique_ptr<platform::Hosted>> Assemble(const platform::ServiceContext& on,
                                                         const IdentitySetup& setup);

}  // namespace throughline::evidence
