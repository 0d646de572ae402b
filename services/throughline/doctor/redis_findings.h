// Whether each Redis is set up as the store needs it.
#pragma once

#include "runtime/redis/facts.h"
#include "throughline/doctor/finding.h"

namespace throughline::doctor {

// Pure.
Findings RedisFindings(const runtime::RedisFacts& facts);

// Looks.
Findings RedisFindings(const runtime::RedisOptions& options);

}  // namespace throughline::doctor
