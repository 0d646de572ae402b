// What the specification demands of an activity: its definition, and that of its interaction. Pure.
#pragma once

#include <string_view>

#include "core/result.h"
#include "gateway/json/json_reader.h"

namespace throughline::gateway::xapi {

core::Result<void> CheckActivity(const Json& activity, std::string_view field);

}  // namespace throughline::gateway::xapi
