// What students are hidden with where the log is on Kafka: the identity vault is there, too.
#pragma once

#include <filesystem>

#include "evidence/assembly.h"
#include "platform/host/serving_options.h"

namespace throughline::evidence {

// The errors of the options, of which the first is Kafka's, are those of opening it.
IdentitySetup IdentitiesOn(const platform::ServingOptions& options,
                           const std::filesystem::path& key);

}  // namespace throughline::evidence
