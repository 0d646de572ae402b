// What may be wrong with how a program that serves was configured, by name.
#pragma once

#include <string>

#include "core/result.h"

namespace throughline::platform {

core::Error OptionMissing(const std::string& option);
core::Error KafkaSettingWrong(const std::string& setting);
core::Error AccessMissing();          // neither credentials nor --open-access
core::Error AccessContradictory();    // both
core::Error SimulatedClockRefused();  // where callers need credentials
core::Error OpenAccessRefused(const std::string& listen);

}  // namespace throughline::platform
